"""Records of a table's stream that Lambda gave up on are fetched as Lambda passes them, while the stream has them."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from infra.project import SAMPLE_EVENT
from scripts import redrive

CREDENTIALS = {
    "aws_access_key_id": "local",
    "aws_secret_access_key": "local",  # pragma: allowlist secret - it opens nothing
    "region_name": "eu-central-1",
}


@dataclass
class Table:
    """A table with a stream; it takes the place of boto3's session."""

    clients: dict[str, Any]
    name: str

    def client(self, name: str, **_: object) -> Any:  # noqa: ANN401 - as boto3's
        return self.clients[name]

    def put(self, *order_ids: str, **attributes: dict[str, object]) -> None:
        for order_id in order_ids:
            self.clients["dynamodb"].put_item(TableName=self.name, Item={"order_id": {"S": order_id}, **attributes})

    @property
    def stream(self) -> str:
        table = self.clients["dynamodb"].describe_table(TableName=self.name)["Table"]
        arn: str = table["LatestStreamArn"]
        return arn

    def records(self) -> list[dict[str, Any]]:
        """Return all records of the stream, as boto3 decodes them."""
        place = {"StreamArn": self.stream, "ShardId": self.shard, "ShardIteratorType": "TRIM_HORIZON"}
        streams = self.clients["dynamodbstreams"]
        iterator = streams.get_shard_iterator(**place)["ShardIterator"]
        found: list[dict[str, Any]] = streams.get_records(ShardIterator=iterator)["Records"]
        return found

    @property
    def shard(self) -> str:
        description = self.clients["dynamodbstreams"].describe_stream(StreamArn=self.stream)["StreamDescription"]
        shard: str = description["Shards"][0]["ShardId"]
        return shard

    def fetch(self, first: int, last: int, **place: str) -> list[dict[str, Any]]:
        """Return the records from position `first` to `last`, as the task fetches them for a message."""
        numbers = [each["dynamodb"]["SequenceNumber"] for each in self.records()]
        batch = {"streamArn": self.stream, "shardId": self.shard, "batchSize": last - first + 1}
        batch |= {"startSequenceNumber": numbers[first], "endSequenceNumber": numbers[last]}
        return redrive.read_records(self, batch | place)  # type: ignore[arg-type] - a fake


@pytest.fixture
def table() -> Iterator[Table]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    clients = {
        name: boto3.Session(**CREDENTIALS).client(name, endpoint_url=f"http://{host}:{port}")
        for name in ("dynamodb", "dynamodbstreams")
    }
    name = str(uuid.uuid4())  # all servers of a process have the same tables
    clients["dynamodb"].create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    yield Table(clients, name)
    server.stop()


def keys(records: list[dict[str, Any]]) -> list[str]:
    return [each["dynamodb"]["Keys"]["order_id"]["S"] for each in records]


def test_records_of_a_message_are_fetched_in_order(table: Table) -> None:
    table.put(*"ABCDE")
    assert keys(table.fetch(1, 3)) == ["B", "C", "D"]


def test_fetched_record_is_as_lambda_passes_it(table: Table) -> None:
    table.put("A", note={"B": b"\x00\xff"}, lines={"L": [{"M": {"quantity": {"N": "1.50"}}}]})
    (record,) = table.fetch(0, 0)
    (sample,) = json.loads(SAMPLE_EVENT.read_text(encoding="utf-8"))["Records"]
    assert sample.keys() - record.keys() == set()
    assert sample["dynamodb"].keys() - record["dynamodb"].keys() == set()
    assert record["dynamodb"]["NewImage"]["note"] == {"B": "AP8="}
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], float)
    assert record["eventSourceARN"] == table.stream
    json.dumps(record)


def test_identity_is_spelled_as_lambda_spells_it(table: Table) -> None:
    identity = {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}
    record = redrive.as_record({"eventName": "REMOVE", "userIdentity": identity}, {"streamArn": table.stream})
    assert record["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


@pytest.mark.parametrize("error", ["TrimmedDataAccessException", "ResourceNotFoundException"])
def test_lost_records_are_none(table: Table, monkeypatch: pytest.MonkeyPatch, error: str) -> None:
    table.put("A")
    streams = table.clients["dynamodbstreams"]
    batch = {"streamArn": table.stream, "shardId": table.shard, "batchSize": 1}
    batch |= {"startSequenceNumber": "1", "endSequenceNumber": "1"}

    def refuse(**_: str) -> None:
        raise getattr(streams.exceptions, error)({"Error": {"Code": error}}, "GetShardIterator")

    monkeypatch.setattr(streams, "get_shard_iterator", refuse)
    assert redrive.read_records(table, batch) == []  # type: ignore[arg-type] - a fake
    body = json.dumps({"requestContext": {"condition": "RetryAttemptsExhausted"}, "DDBStreamBatchInfo": batch})
    with pytest.raises(redrive.UnprocessedError, match="no longer in the stream"):
        redrive.read_events(table, body)  # type: ignore[arg-type] - a fake
