"""Lambda entry point: batch of messages in, service called for each, messages to return to the queue out."""

{% block stdlib %}{% endblock %}
from random import SystemRandom
from typing import Any, TypeGuard

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from .dead_letters import MAX_RECEIVES, Record, is_last_receive, receive_count, send_to_dead_letters
{% block idempotency %}{% endblock %}
from .models import Order, field_errors
from .observability import logger, metrics
{% block orders %}
from .orders import RejectedOrderError, health_check_response, process_order
{% endblock %}

# With less than this left of the invocation, messages return to the queue: a timeout would return the whole batch.
# It is enough to import boto3 and to send a message to the dead-letter queue.
RESERVED_MILLISECONDS = 5_000


class UnsupportedEventError(Exception):
    """The event is not a batch of SQS messages."""


def process_batch(records: list[Record], context: LambdaContext, *, is_fifo: bool) -> list[str]:
    """Process the messages in `records` in turn.

    Args:
        records: the messages.
        context: the Lambda context.
        is_fifo: whether the queue is a FIFO queue: then, a returned message holds back later messages of its group.

    Returns:
        The ids of the messages to return to the queue.
    """
    chosen = records if is_fifo else choose(records)
    chosen_ids = {record["messageId"] for record in chosen}
    returned_ids = [record["messageId"] for record in records if record["messageId"] not in chosen_ids]
    held: dict[str, bool] = {}  # for each group, whether a message of it returns to the queue
    for record in chosen:
        group = group_of(record) if is_fifo else record["messageId"]
        is_done = not held.get(group) and process_record(record, context, is_first=group not in held)
        held[group] = not is_done
        if not is_done:
            returned_ids.append(record["messageId"])
    return returned_ids


def choose(records: list[Record]) -> list[Record]:
    """Return the messages of a standard queue to process now: all of them, what waited longest first.

    If they return many times, one of them may crash the function each time. A random half lets the others pass.
    """
    chosen = sorted(records, key=receive_count, reverse=True)
    if receive_count(chosen[0]) <= MAX_RECEIVES:
        return chosen
    half = SystemRandom().sample(chosen, max(1, len(chosen) // 2))
    logger.warning("Messages held back: one of them may crash the function", count=len(chosen) - len(half))
    return sorted(half, key=receive_count, reverse=True)


def group_of(record: Record) -> str:
    """Return the id of the message's group."""
    group: str = (record.get("attributes") or {}).get("MessageGroupId", "")
    return group


def process_record(record: Record, context: LambdaContext, *, is_first: bool) -> bool:
    """Process the message in `record`.

    Args:
        record: the message.
        context: the Lambda context.
        is_first: whether it is the first of its group in the batch; a later one waited at its earlier receives.

    Returns:
        Whether it is processed or in the dead-letter queue; otherwise it must return to the queue.
    """
    with logger.append_context_keys(message_id=record["messageId"], receive_count=receive_count(record)):
        if context.get_remaining_time_in_millis() < RESERVED_MILLISECONDS:
            logger.warning("Out of time, returned to the queue")
            return False
        try:
            process_message(record{% block argument %}{% endblock %})
        except RejectedOrderError as error:
            logger.error("Message rejected", fields=error.fields)
            metrics.add_metric("MessagesRejected", MetricUnit.Count, 1)
            return send_to_dead_letters(record, error)
        except Exception as error:  # no error may return the other messages of the batch
            logger.exception("Message failed")
            metrics.add_metric("MessagesFailed", MetricUnit.Count, 1)
            return is_first and is_last_receive(record) and send_to_dead_letters(record, error)
        return True


{% block process %}
def process_message(record: Record) -> None:
    """Process the order in the body of a message."""
    process_order(parse_order(record["body"]))
{% endblock %}


def parse_order(body: str) -> Order:
    """Return the order in the body of a message.

    Raises:
        RejectedOrderError: the body is not JSON, or its order is invalid.
    """
    try:
        return Order.model_validate_json(body)
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original error would echo input


def is_batch(event: Any) -> TypeGuard[dict[str, Any]]:
    """Return whether `event` is a batch of SQS messages."""
    match event:
        case {"Records": [{"eventSource": "aws:sqs", "eventSourceARN": str()}, *_]}:
            return True
        case _:
            return False


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Process one batch.

    Args:
        event: messages from one queue, as the event source mapping sends them, or a health check.
        context: the Lambda context.

    Returns:
        `batchItemFailures`: the ids of the messages to return to the queue.

    Raises:
        UnsupportedEventError: `event` is neither; the whole batch returns to the queue.
    """
    if health := health_check_response(event):
        return health
    metrics.add_metric("Batches", MetricUnit.Count, 1)
    if not is_batch(event):
        message = "Expected a batch of SQS messages; events/ has samples."
        raise UnsupportedEventError(message)
    is_fifo = event["Records"][0]["eventSourceARN"].endswith(".fifo")
    returned_ids = process_batch(event["Records"], context, is_fifo=is_fifo)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in returned_ids]}
