"""Lambda entry point: batch of messages in, service called for each, failed messages out."""

{% if cookiecutter.idempotency %}
import json
{% endif %}
from typing import Any, TypeGuard

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

{% if cookiecutter.idempotency %}
from .idempotency import process_order_once
{% endif %}
from .models import Order, field_errors
from .observability import logger, metrics
{% if cookiecutter.idempotency %}
from .orders import RejectedOrderError, health_check_response
{% else %}
from .orders import RejectedOrderError, health_check_response, process_order
{% endif %}

# With less than this left of the invocation, messages return to the queue: a timeout would return the whole batch.
RESERVED_MILLISECONDS = 3_000

Record = dict[str, Any]


class UnsupportedEventError(Exception):
    """The event is not a batch of SQS messages."""


def process_batch(records: list[Record], context: LambdaContext, *, is_fifo: bool) -> list[str]:
    """Process each message in `records`.

    Args:
        records: the messages.
        context: the Lambda context.
        is_fifo: whether the queue is a FIFO queue: then, a failed message holds back later messages of its group.

    Returns:
        The ids of the messages to return to the queue.
    """
    failed_ids: list[str] = []
    failed_groups: set[str] = set()
    for record in records:
        group: str = (record.get("attributes") or {}).get("MessageGroupId", "") if is_fifo else ""
        if group in failed_groups or not process_record(record, context):
            failed_ids.append(record["messageId"])
            if is_fifo:
                failed_groups.add(group)
    return failed_ids


def process_record(record: Record, context: LambdaContext) -> bool:
    """Process the message in `record`; return False if it must return to the queue.

    This includes invalid messages: after the last receive, SQS moves them to the dead-letter queue.
    """
    receive_count = (record.get("attributes") or {}).get("ApproximateReceiveCount")
    with logger.append_context_keys(message_id=record["messageId"], receive_count=receive_count):
        if context.get_remaining_time_in_millis() < RESERVED_MILLISECONDS:
            logger.warning("Out of time, returned to the queue")
            return False
        try:
            process_message({{ 'record, context' if cookiecutter.idempotency else 'record' }})
        except RejectedOrderError as error:
            logger.error("Message rejected", fields=error.fields)
            metrics.add_metric("MessagesRejected", MetricUnit.Count, 1)
            return False
        except Exception:  # no error may return the other messages of the batch
            logger.exception("Message failed")
            metrics.add_metric("MessagesFailed", MetricUnit.Count, 1)
            return False
        return True


{% if cookiecutter.idempotency %}
def process_message(record: Record, context: LambdaContext) -> None:
    """Process the order in the body of a message, once for each order id: a redriven message has a new message id."""
    order = parse_order(record["body"])
    process_order_once(order, sent=json.loads(record["body"]), key=order.order_id, context=context)
{% else %}
def process_message(record: Record) -> None:
    """Process the order in the body of a message."""
    process_order(parse_order(record["body"]))
{% endif %}


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
    failed_ids = process_batch(event["Records"], context, is_fifo=is_fifo)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed_ids]}
