"""Lambda entry point: a batch of messages in, the service called for each, the failed ones out."""

from typing import Any, TypeGuard

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

{% if cookiecutter.idempotency %}
from .application import RejectedOrderError, answer_health_check
from .idempotency import confirm_once
{% else %}
from .application import RejectedOrderError, answer_health_check, confirm
{% endif %}
from .models import Order, field_errors
from .observability import logger, metrics

# Messages are no longer started when so little of the invocation is left.
RESERVED_MILLISECONDS = 3_000

Record = dict[str, Any]


class UnsupportedEventError(Exception):
    """The function was invoked with something else than a batch of messages."""


def handle_batch(records: list[Record], context: LambdaContext, *, in_order: bool) -> list[str]:
    """Confirm the order in each of `records`.

    Args:
        records: the messages.
        context: what Lambda says of the invocation.
        in_order: the queue is a FIFO queue: after a failure, the later messages of its group wait behind it.

    Returns:
        The ids of the messages that stay in the queue.
    """
    failed_ids: list[str] = []
    failed_groups: set[str] = set()
    for record in records:
        group: str = (record.get("attributes") or {}).get("MessageGroupId", "") if in_order else ""
        if group in failed_groups or not try_record(record, context):
            failed_ids.append(record["messageId"])
            if in_order:
                failed_groups.add(group)
    return failed_ids


def try_record(record: Record, context: LambdaContext) -> bool:
    """Confirm the order in `record`; return False if the message has to stay in the queue.

    A message that can never succeed has to as well: the queue moves it to the dead-letter queue in the end.
    """
    receive_count = (record.get("attributes") or {}).get("ApproximateReceiveCount")
    with logger.append_context_keys(message_id=record["messageId"], receive_count=receive_count):
        if context.get_remaining_time_in_millis() < RESERVED_MILLISECONDS:
            logger.warning("Out of time, left in the queue")  # a timeout would bring back the whole batch
            return False
        try:
{% if cookiecutter.idempotency %}
            confirm_once(read_order(record["body"]), key=record["messageId"], context=context)
{% else %}
            confirm(read_order(record["body"]))
{% endif %}
        except RejectedOrderError as error:
            logger.error("Order rejected", fields=error.fields)
            metrics.add_metric("OrdersRejected", MetricUnit.Count, 1)
            return False
        except Exception:  # noqa: BLE001 - whatever it is, it must not bring back the other messages
            logger.exception("Order failed")
            metrics.add_metric("OrdersFailed", MetricUnit.Count, 1)
            return False
        return True


def read_order(text: str) -> Order:
    """Return the order that `text` holds as JSON.

    Raises:
        RejectedOrderError: it is not JSON, or not an order.
    """
    try:
        return Order.model_validate_json(text)
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original would quote what was sent


def is_batch(event: Any) -> TypeGuard[dict[str, Any]]:  # noqa: ANN401 - whoever invokes may send any JSON
    """Say whether `event` is a batch of messages of one queue."""
    match event:
        case {"Records": [{"eventSource": "aws:sqs", "eventSourceARN": str()}, *_]}:
            return True
        case _:
            return False


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Handle one batch.

    Args:
        event: messages of one queue, as Lambda's event source mapping sends them.
        context: what Lambda says of the invocation.

    Returns:
        `batchItemFailures`: the ids of the messages that stay in the queue.

    Raises:
        UnsupportedEventError: `event` is something else; the whole batch stays in the queue.
    """
    if (health := answer_health_check(event)) is not None:
        return health
    metrics.add_metric("Batches", MetricUnit.Count, 1)
    if not is_batch(event):
        message = "Expected a batch of messages from SQS; see events/ for samples."
        raise UnsupportedEventError(message)
    in_order = event["Records"][0]["eventSourceARN"].endswith(".fifo")
    failed_ids = handle_batch(event["Records"], context, in_order=in_order)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed_ids]}
