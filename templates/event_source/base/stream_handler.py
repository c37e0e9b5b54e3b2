"""Lambda entry point: batch of stream records in, service called for each in order, where to go on out."""

from typing import Any, TypeGuard

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from .failure_queue import keep_event
{% block idempotency %}{% endblock %}
from .observability import logger, metrics
{% block orders %}
from .orders import RejectedOrderError, health_check_response, process_order
from .records import SOURCE, Record, read_order, sequence_number
{% endblock %}

# With less than this left of the invocation, the next one goes on: a timeout would repeat the whole batch.
# It is enough to import boto3 and to send a record to the on-failure destination.
RESERVED_MILLISECONDS = 10_000


class UnsupportedEventError(Exception):
    """The event is not a batch of records of the stream."""


class FirstRecordError(Exception):
    """The first record of the batch failed, so there is no progress to report."""


def process_batch(records: list[Record], context: LambdaContext) -> Record | None:
    """Process `records` in turn, up to the first that fails: what is behind it may have the same key, and must wait.

    Returns:
        The first record that is not processed; None if all are.
    """
    for position, record in enumerate(records):
        if position and context.get_remaining_time_in_millis() < RESERVED_MILLISECONDS:
            logger.warning("Out of time, the next invocation goes on", count=len(records) - position)
            return record
        if not process_record(record, context):
            return record
    return None


def process_record(record: Record, context: LambdaContext) -> bool:
    """Process the order in `record`; return whether it is processed, or in the on-failure destination."""
    with logger.append_context_keys(sequence_number=sequence_number(record)):
        try:
            process_order_in(record{% block argument %}{% endblock %})
        except RejectedOrderError as error:
            logger.error("Record rejected", fields=error.fields)
            metrics.add_metric("RecordsRejected", MetricUnit.Count, 1)
            return keep_record(record, error, context)
        except Exception:  # whatever it is, the records before this one are processed
            logger.exception("Record failed")
            metrics.add_metric("RecordsFailed", MetricUnit.Count, 1)
            return False
        return True


{% block process %}
def process_order_in(record: Record) -> None:
    """Process the order in `record`."""
    process_order(read_order(record))
{% endblock %}


def keep_record(record: Record, error: RejectedOrderError, context: LambdaContext) -> bool:
    """Send `record`, which can never be processed, to the on-failure destination, so that it does not block its shard.

    Returns:
        Whether it is there; otherwise it must be tried again.
    """
    try:
        keep_event({"Records": [record]}, error, context)
    except RejectedOrderError:  # `keep_event` has logged why
        return False
    return True


def is_batch(event: Any) -> TypeGuard[dict[str, Any]]:
    """Return whether `event` is a batch of records of a stream."""
    match event:
        case {"Records": [{"eventSource": source}, *_]}:
            return bool(source == SOURCE)
        case _:
            return False


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Process one batch. Lambda goes on with the record that is returned, and sends it and all behind it again.

    Args:
        event: records of one shard, as the event source mapping sends them, or a health check.
        context: the Lambda context.

    Returns:
        `batchItemFailures`: the sequence number of the first record that is not processed, if there is one.

    Raises:
        FirstRecordError: the first record failed. Lambda splits a batch only after an error, until that record is
            alone: nothing else is given up on when its retries end.
        UnsupportedEventError: `event` is neither.
    """
    if health := health_check_response(event):
        return health
    metrics.add_metric("Batches", MetricUnit.Count, 1)
    if not is_batch(event):
        message = "Expected a batch of records of the stream; events/ has samples."
        raise UnsupportedEventError(message)
    records = event["Records"]
    match process_batch(records, context):
        case None:
            return {"batchItemFailures": []}
        case record if record is records[0]:
            message = f"The first of {len(records)} records failed: {sequence_number(record)}"
            raise FirstRecordError(message)
        case record:
            return {"batchItemFailures": [{"itemIdentifier": sequence_number(record)}]}
