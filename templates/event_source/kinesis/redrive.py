{% extends 'event_source/base/stream_redrive.py' %}
{% set batch_info = 'KinesisBatchInfo' %}
{% block stdlib %}
import base64
{% endblock %}
{% block read_records %}
def read_records(session: boto3.Session, batch: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the records of `batch`, with which Lambda points to those that it gave up on, as it passes them.

    The range also has those in between that other batches of the shard had, if it was processed in parallel.
    """
    kinesis = session.client("kinesis", config=CONFIG)
    first, last = int(batch["startSequenceNumber"]), int(batch["endSequenceNumber"])
    iterator = kinesis.get_shard_iterator(
        StreamARN=batch["streamArn"],
        ShardId=batch["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        StartingSequenceNumber=batch["startSequenceNumber"],
    )["ShardIterator"]
    records: list[dict[str, Any]] = []
    while iterator:
        page = kinesis.get_records(ShardIterator=iterator, StreamARN=batch["streamArn"])
        found = [each for each in page["Records"] if first <= int(each["SequenceNumber"]) <= last]
        records += [as_record(each, batch) for each in found]
        is_behind = bool(page["Records"]) or page["MillisBehindLatest"] > 0
        is_last = any(int(each["SequenceNumber"]) >= last for each in page["Records"])
        iterator = page.get("NextShardIterator") if is_behind and not is_last else None
    return records


def as_record(found: dict[str, Any], batch: dict[str, Any]) -> dict[str, Any]:
    """Return a record of the stream as Lambda passes it to the function."""
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": found["PartitionKey"],
            "sequenceNumber": found["SequenceNumber"],
            "data": base64.b64encode(found["Data"]).decode(),
            "approximateArrivalTimestamp": found["ApproximateArrivalTimestamp"].timestamp(),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{batch['shardId']}:{found['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "awsRegion": batch["streamArn"].split(":")[3],
        "eventSourceARN": batch["streamArn"],
    }


{% endblock %}
