"""Records that were rejected, or that Lambda gave up on, are sent through the function again; none is lost."""

import io
import json
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
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
REJECTED = {"requestContext": {"condition": "Rejected"}, "requestPayload": {"Records": [{"order": "A"}]}}


@dataclass
class Function:
    """A fake of boto3's Lambda client that keeps what it is invoked with, and fails on what holds a text."""

    fails_on: str = "?"
    events: list[Any] = field(default_factory=list)

    def invoke(self, **request: str) -> dict[str, Any]:
        assert (request["FunctionName"], request["Qualifier"]) == ("function", "live")
        assert "InvocationType" not in request, "Lambda would ignore a failed record"
        event = json.loads(request["Payload"])
        self.events.append(event)
        if self.fails_on in json.dumps(event):
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(b'{"errorType": "FirstRecordError"}')}
        return {"Payload": io.BytesIO(b'{"batchItemFailures": []}')}


@dataclass
class Stack:
    """A stack with a stream and its on-failure destination; it takes the place of boto3's session."""

    function: Function
    clients: dict[str, Any]
    url: str
    stream: str

    def client(self, name: str, **_: object) -> Any:  # noqa: ANN401 - as boto3's
        return self.function if name == "lambda" else self.clients[name]

    def put(self, *keys: str) -> list[str]:
        """Put a record for each of `keys` into the stream, and return the sequence numbers."""
        put = self.clients["kinesis"].put_record
        return [put(StreamName=self.stream, PartitionKey=key, Data=key.encode())["SequenceNumber"] for key in keys]

    def send(self, body: object) -> None:
        self.clients["sqs"].send_message(QueueUrl=self.url, MessageBody=json.dumps(body))

    def point_to(self, first: str, last: str, count: int) -> None:
        """Send what Lambda sends when it gives up on `count` records, from `first` to `last`."""
        summary = self.clients["kinesis"].describe_stream_summary(StreamName=self.stream)["StreamDescriptionSummary"]
        place = {"shardId": "shardId-000000000000", "streamArn": summary["StreamARN"], "batchSize": count}
        numbers = {"startSequenceNumber": first, "endSequenceNumber": last}
        context = {"requestContext": {"condition": "RetryAttemptsExhausted"}, "version": "1.0"}
        self.send(context | {"KinesisBatchInfo": place | numbers})

    def count(self) -> int:
        """Return how many messages are in the queue, hidden or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.clients["sqs"].get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(map(int, found.values()))

    def redrive(self) -> redrive.Outcome:
        return redrive.redrive(self, "function", self.url)  # type: ignore[arg-type] - a fake

    def sent_keys(self) -> list[str]:
        """Return the partition keys of the records with which the function was invoked, one at a time."""
        records = [record for event in self.function.events for record in event["Records"]]
        return [record["kinesis"]["partitionKey"] for record in records if "kinesis" in record]


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    clients = {
        name: boto3.Session(**CREDENTIALS).client(name, endpoint_url=f"http://{host}:{port}")
        for name in ("kinesis", "sqs")
    }
    name = str(uuid.uuid4())  # all servers of a process have the same streams
    clients["kinesis"].create_stream(StreamName=name, ShardCount=1)
    monkeypatch.setattr(redrive, "WAIT_SECONDS", 0)
    yield Stack(Function(), clients, clients["sqs"].create_queue(QueueName=name)["QueueUrl"], name)
    server.stop()


def test_rejected_record_is_sent_as_it_was(stack: Stack) -> None:
    stack.send(REJECTED)
    assert stack.redrive() == redrive.Outcome(sent=1)
    assert stack.function.events == [REJECTED["requestPayload"]]
    assert stack.count() == 0


def test_records_are_fetched_one_by_one_in_order(stack: Stack) -> None:
    _, first, _, last, _ = stack.put(*"ABCDE")
    stack.point_to(first, last, 3)
    assert stack.redrive() == redrive.Outcome(sent=3)
    assert stack.sent_keys() == ["B", "C", "D"]
    assert [len(event["Records"]) for event in stack.function.events] == [1, 1, 1]
    assert stack.count() == 0


def test_fetched_record_is_as_lambda_passes_it(stack: Stack) -> None:
    (number,) = stack.put("A")
    stack.point_to(number, number, 1)
    stack.redrive()
    ((record,),) = (event["Records"] for event in stack.function.events)
    (sample,) = json.loads(SAMPLE_EVENT.read_text(encoding="utf-8"))["Records"]
    assert sample.keys() - record.keys() == {"invokeIdentityArn"}
    assert record["kinesis"].keys() == sample["kinesis"].keys()
    assert record["kinesis"]["data"] == "QQ=="
    assert record["awsRegion"] == "eu-central-1"


def test_failed_record_leaves_its_message(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    first, _, last = stack.put("A", "?", "C")
    stack.point_to(first, last, 3)
    stack.send(REJECTED)
    assert stack.redrive() == redrive.Outcome(sent=1, left=1)
    assert "FirstRecordError" in capsys.readouterr().err
    assert [event for event in stack.function.events if event == REJECTED["requestPayload"]]
    assert stack.sent_keys()[:2] == ["A", "?"]
    assert "C" not in stack.sent_keys(), "what is behind a failure waits"
    assert stack.count() == 1
    stack.function.fails_on = "nothing"
    assert stack.redrive() == redrive.Outcome(sent=3), "the next redrive finds it at once"


def test_lost_records_leave_their_message(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    first, last = stack.put(*"AB")
    stack.point_to(first, last, 3)
    assert stack.redrive() == redrive.Outcome(left=1)
    assert "no longer in the stream" in capsys.readouterr().err
    assert stack.function.events == []
    assert stack.count() == 1


def test_message_without_json_is_left(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    stack.clients["sqs"].send_message(QueueUrl=stack.url, MessageBody="{")
    assert stack.redrive() == redrive.Outcome(left=1)
    assert "stays in the queue" in capsys.readouterr().err


def test_newer_messages_stay_visible(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redrive.time, "time", lambda: 0)
    stack.send(REJECTED)
    assert stack.redrive() == redrive.Outcome()
    monkeypatch.undo()
    monkeypatch.setattr(redrive, "WAIT_SECONDS", 0)
    assert stack.redrive() == redrive.Outcome(sent=1)


def test_left_messages_end_with_status_1(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stack.send(REJECTED)
    stack.clients["sqs"].send_message(QueueUrl=stack.url, MessageBody="{")
    outputs = {"FunctionName": "function", "FailureQueueUrl": stack.url}
    monkeypatch.setattr(sys, "argv", ["redrive", "orders-dev"])
    monkeypatch.setattr(boto3, "Session", lambda: stack)
    monkeypatch.setattr(redrive, "read_outputs", lambda *_: outputs)
    with pytest.raises(SystemExit, match="redrive: messages left: 1"):
        redrive.main()
    assert f"{stack.url}: 1 sent to the function, 1 left" in capsys.readouterr().out
