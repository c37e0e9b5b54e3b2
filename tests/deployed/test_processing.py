"""What happens to events while a stage is stopped; before the tests that destroy a stage."""

import gzip
import json
import time

import pytest
from boto3.dynamodb.types import TypeSerializer

from deployed.rows import rows
from deployed.stack import Deployment, Stack, eventually

ROWS = [
    *rows(deploy_with="sam", event_source="sqs"),
    *rows(deploy_with="sam", event_source="eventbridge"),
    *rows(deploy_with="cdk-python", event_source="s3"),
    *rows(event_source="sns"),
    *rows(event_source="kinesis"),
    *rows(event_source="dynamodb-stream"),
]
# The setting for all stages, and what stops them.
SETTING = {
    "sam": ("samconfig.toml", 'Processing = "enabled"', 'Processing = "disabled"'),
    "cdk-python": ("infra/stages.py", "processing: bool = True", "processing: bool = False"),
}
# The queue that events wait in; those of a stream stay there.
WAITING = {"sqs": "QueueUrl", "eventbridge": "DeadLetterQueueUrl", "s3": "FailureQueueUrl", "sns": "DeadLetterQueueUrl"}
ORDER = {"order_id": "while-stopped", "delivery": "standard", "lines": [{"sku": "MUG-001", "quantity": 1}]}


def switch(stack: Stack, *, processing: bool) -> None:
    """Deploy `stack` with processing enabled or disabled."""
    file, enabled, disabled = SETTING[stack.project.answers["deploy_with"]]
    path = stack.project.path / file
    text = path.read_text(encoding="utf-8")
    before, after = (disabled, enabled) if processing else (enabled, disabled)
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    stack.deploy()


def send(deployed: Deployment) -> None:
    """Send `ORDER` to the event source of the stage dev."""
    dev = deployed.dev
    match deployed.project.answers["event_source"]:
        case "sqs":
            dev.cloud.client("sqs").send_message(QueueUrl=dev.outputs["QueueUrl"], MessageBody=json.dumps(ORDER))
        case "eventbridge":
            sample = deployed.sample()
            entry = {"Source": sample["source"], "DetailType": sample["detail-type"], "Detail": json.dumps(ORDER)}
            dev.cloud.client("events").put_events(Entries=[entry])
        case "sns":
            dev.cloud.client("sns").publish(
                TopicArn=dev.outputs["TopicArn"],
                Message=json.dumps(ORDER),
                MessageAttributes={"event_type": {"DataType": "String", "StringValue": "order_placed"}},
            )
        case "s3":
            body = gzip.compress(json.dumps(ORDER).encode())
            bucket = dev.outputs["BucketName"]
            dev.cloud.client("s3").put_object(Bucket=bucket, Key="orders/while-stopped.jsonl.gz", Body=body)
        case "kinesis":
            name, data = dev.outputs["StreamName"], json.dumps(ORDER).encode()
            dev.cloud.client("kinesis").put_record(StreamName=name, PartitionKey="A", Data=data)
        case "dynamodb-stream":
            item = TypeSerializer().serialize(ORDER)["M"]
            dev.cloud.client("dynamodb").put_item(TableName=dev.outputs["SourceTableName"], Item=item)


def waiting_in(stack: Stack, source: str) -> list[str]:
    """Return the messages in the queue that events wait in, or the records of the stream, which stay there."""
    if source not in WAITING:
        return items(stack) if source == "dynamodb-stream" else records(stack)
    sqs, url = stack.cloud.client("sqs"), stack.outputs[WAITING[source]]
    received = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0, MaxNumberOfMessages=10).get("Messages", [])
    return [each["Body"] for each in received]


def records(stack: Stack) -> list[str]:
    """Return the data of all records in the stream."""
    kinesis, name = stack.cloud.client("kinesis"), stack.outputs["StreamName"]
    found: list[str] = []
    for shard in kinesis.list_shards(StreamName=name)["Shards"]:
        place = {"StreamName": name, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = kinesis.get_shard_iterator(**place)["ShardIterator"]
        found += [each["Data"].decode() for each in kinesis.get_records(ShardIterator=iterator)["Records"]]
    return found


def items(stack: Stack) -> list[str]:
    """Return all records in the stream of the source table."""
    table = stack.cloud.client("dynamodb").describe_table(TableName=stack.outputs["SourceTableName"])["Table"]
    streams, place = stack.cloud.client("dynamodbstreams"), {"StreamArn": table["LatestStreamArn"]}
    (shard,) = streams.describe_stream(**place)["StreamDescription"]["Shards"]
    place |= {"ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = streams.get_shard_iterator(**place)["ShardIterator"]
    return [repr(each) for each in streams.get_records(ShardIterator=iterator)["Records"]]


@pytest.mark.matrix  # two more deployments
def test_stopped_stage_keeps_events_and_takes_a_fix(deployed: Deployment) -> None:
    dev, source = deployed.dev, deployed.project.answers["event_source"]
    queues = [each for each in ("DeadLetterQueueUrl", "FailureQueueUrl") if each in dev.outputs]
    earlier, version, runs = dev.confirmed(), dev.version, dev.hook_runs
    failed = {each: dev.count(each) for each in queues if each != WAITING.get(source)}

    switch(dev, processing=False)
    assert (dev.version, dev.hook_runs) == (version, runs), "stopping publishes no version"
    send(deployed)
    with deployed.handler_starting_with("# the fix"):
        dev.deploy()
        assert (dev.version != version, dev.hook_runs) == (True, runs + 1)
        waiting = eventually(lambda: [each for each in waiting_in(dev, source) if "while-stopped" in each])
        assert len(waiting) == 1
        assert dev.confirmed(earlier) == []
        assert {each: dev.count(each) for each in failed} == failed

        switch(dev, processing=True)
        if WAITING.get(source, "QueueUrl") != "QueueUrl":
            assert f"{dev.outputs[WAITING[source]]}: 1 sent to the function, 0 left" in dev.task("redrive").output
        eventually(lambda: dev.confirmed(earlier))
        time.sleep(1)  # for what should not come
        assert dev.confirmed(earlier) == ["while-stopped"]
        assert source not in WAITING or dev.count(WAITING[source]) == 0
