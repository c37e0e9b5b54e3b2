"""Sends messages to the dead-letter queue. SQS itself does so much later: it also counts receives that only waited."""

import base64
from functools import cache
from typing import Any

from .observability import logger
from .orders import settings

# A message that fails is sent at its fifth receive. One whose earlier receives only waited, behind another message or
# for time, is tried until its tenth, and so on. The queue's maxReceiveCount is ten times as much: nine messages may
# fail in a batch before one that is well.
MAX_RECEIVES = 5
MAX_CAUSE_LENGTH = 1_000

Record = dict[str, Any]


def is_last_receive(record: Record) -> bool:
    """Return whether a message that fails now is sent to the dead-letter queue."""
    return receive_count(record) % MAX_RECEIVES == 0


def receive_count(record: Record) -> int:
    """Return how often the message was received, by whatever did not delete it."""
    return int((record.get("attributes") or {}).get("ApproximateReceiveCount", 1))


def send_to_dead_letters(record: Record, cause: Exception) -> bool:
    """Send the message in `record` to the dead-letter queue; return False, and log why, if that fails."""
    try:
        message_id = send_message(record, cause)
    except Exception:  # whatever it is, the message is still in the queue
        logger.exception("Not sent to the dead-letter queue, returned to the queue")
        return False
    logger.info("Sent to the dead-letter queue", dead_letter_id=message_id)
    return True


def send_message(record: Record, cause: Exception) -> str:
    """Send the message in `record`, with the attribute `Cause` if there is room, and return the id that it gets."""
    sqs = sqs_client()
    message = as_sent(record)
    attributes = message["MessageAttributes"] | {
        "Cause": {"DataType": "String", "StringValue": repr(cause)[:MAX_CAUSE_LENGTH]},
    }
    try:
        sent = sqs.send_message(**message | {"MessageAttributes": attributes})
    except sqs.exceptions.ClientError:  # too large, or more than ten attributes: without the cause, SQS took it before
        sent = sqs.send_message(**message)
    message_id: str = sent["MessageId"]
    return message_id


def as_sent(record: Record) -> dict[str, Any]:
    """Return the parameters that send the message in `record` to the dead-letter queue as it is."""
    url = settings.dead_letter_queue_url
    message = {
        "QueueUrl": url,
        "MessageBody": record["body"],
        "MessageAttributes": {
            name: attribute_as_sent(attribute) for name, attribute in (record.get("messageAttributes") or {}).items()
        },
    }
    if group := (record.get("attributes") or {}).get("MessageGroupId"):
        message["MessageGroupId"] = group
    if url.endswith(".fifo"):
        message["MessageDeduplicationId"] = record["messageId"]  # as SQS does when it moves a message
    return message


def attribute_as_sent(attribute: dict[str, Any]) -> dict[str, Any]:
    """Return a message attribute with the names and types that boto3 expects."""
    if "binaryValue" in attribute:
        return {"DataType": attribute["dataType"], "BinaryValue": base64.b64decode(attribute["binaryValue"])}
    return {"DataType": attribute["dataType"], "StringValue": attribute["stringValue"]}


@cache
def sqs_client() -> Any:
    """Return the client. boto3, which Lambda's runtime brings, would double a cold start, and few invocations send."""
    import boto3
    from botocore.config import Config

    # Both attempts end within RESERVED_MILLISECONDS of the handler; if they fail, the message is received again.
    config = Config(connect_timeout=1, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 2})
    return boto3.client("sqs", config=config)
