{% extends 'event_source/base/stream_redrive.py' %}
{% set batch_info = 'DDBStreamBatchInfo' %}
{% block stdlib %}
import base64
{% endblock %}
{% block read_records %}
# Pages may be empty. The records of a message are on the first few, unless the message is wrong.
MAX_PAGES = 100


def read_records(session: boto3.Session, batch: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the records of `batch`, with which Lambda points to those that it gave up on, as it passes them.

    The range also has those in between that other batches of the shard had, if it was processed in parallel.
    """
    streams = session.client("dynamodbstreams", config=CONFIG)
    lost = (streams.exceptions.TrimmedDataAccessException, streams.exceptions.ResourceNotFoundException)
    last = int(batch["endSequenceNumber"])
    records: list[dict[str, Any]] = []
    try:
        iterator = streams.get_shard_iterator(
            StreamArn=batch["streamArn"],
            ShardId=batch["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=batch["startSequenceNumber"],
        )["ShardIterator"]
        for _ in range(MAX_PAGES):
            page = streams.get_records(ShardIterator=iterator)
            numbers = [int(each["dynamodb"]["SequenceNumber"]) for each in page["Records"]]
            pairs = zip(page["Records"], numbers, strict=True)
            records += [as_record(each, batch) for each, number in pairs if number <= last]
            iterator = page.get("NextShardIterator")
            if not iterator or any(number >= last for number in numbers):
                break
    except lost:
        return []  # the stream has lost the first of them, or the whole shard
    return records


def as_record(found: dict[str, Any], batch: dict[str, Any]) -> dict[str, Any]:
    """Return a record of the stream as Lambda passes it to the function."""
    record: dict[str, Any] = json.loads(json.dumps(found, default=encode))
    if identity := record.pop("userIdentity", None):
        record["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
    return record | {"eventSourceARN": batch["streamArn"]}


def encode(value: Any) -> Any:
    """Return what boto3 decodes as Lambda passes it: binary attributes in base64, times in seconds."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value.timestamp()


{% endblock %}
