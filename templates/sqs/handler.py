"""Lambda entry point: a batch of messages in, the service called for each, the failed ones out."""

from typing import Any, TypeGuard

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
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

# A batch that fails as a whole is reported message by message too, so that none is retried for another's sake.
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
# After a failure, the later messages of its group stay in the queue: their order is kept.
fifo_processor = SqsFifoPartialProcessor(skip_group_on_error=True)
fifo_processor.raise_on_entire_batch_failure = False


class OutOfTimeError(Exception):
    """There is no time left to handle another message."""


class UnsupportedEventError(Exception):
    """The function was invoked with something else than a batch of messages."""


def handle_record(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Confirm the order in `record`; any exception leaves the message in the queue.

    A message that can never succeed is left there as well: the queue moves it to the dead-letter queue in the end.

    Raises:
        OutOfTimeError: the invocation is about to end, which would bring back the whole batch.
        RejectedOrderError: the message can never succeed.
    """
    with logger.append_context_keys(
        message_id=record.message_id,
        receive_count=record.attributes.approximate_receive_count,
    ):
        if lambda_context.get_remaining_time_in_millis() < RESERVED_MILLISECONDS:
            logger.warning("Out of time, left in the queue")
            raise OutOfTimeError
        try:
{% if cookiecutter.idempotency %}
            confirm_once(read_order(record.body), key=record.message_id, context=lambda_context)
{% else %}
            confirm(read_order(record.body))
{% endif %}
        except RejectedOrderError as error:
            logger.error("Order rejected", fields=error.fields)
            metrics.add_metric("OrdersRejected", MetricUnit.Count, 1)
            raise
        except Exception:
            logger.exception("Order failed")
            metrics.add_metric("OrdersFailed", MetricUnit.Count, 1)
            raise


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
    is_fifo = event["Records"][0]["eventSourceARN"].endswith(".fifo")
    return dict(
        process_partial_response(
            event=event,
            record_handler=handle_record,
            processor=fifo_processor if is_fifo else processor,
            context=context,
        ),
    )
