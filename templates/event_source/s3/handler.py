"""Lambda entry point: created S3 objects in, service called for each of their lines, reports out."""

{% block stdlib %}{% endblock %}
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ValidationError

from .failure_queue import keep_event
{% block idempotency %}{% endblock %}
from .lines import MAX_LINE_BYTES, Location, RejectedObjectError, parse_location, read_lines
from .models import FieldError, Order, field_errors
from .observability import logger, metrics
{% block orders %}
from .orders import RejectedOrderError, health_check_response, process_order
{% endblock %}

# For each object: however many lines are invalid or fail, its log and its report stay short.
MAX_LOGGED_LINES = 100
MAX_TRACEBACKS = 10
{% block constants %}{% endblock %}


class RejectedLine(BaseModel):
    """An invalid line, counted from one, and why it is invalid, without echoing input."""

    number: int
    reason: str


class Report(BaseModel):
    """The results of the lines of one object so far; the lists have the first `MAX_LOGGED_LINES` lines."""

    bucket: str
    key: str
    confirmed_count: int = 0
    rejected_count: int = 0
    rejected: list[RejectedLine] = []
    failed_count: int = 0
    failed: list[int] = []


class FailedLinesError(Exception):
    """Lines failed that may succeed after a retry; all other lines were processed."""

    def __init__(self, count: int, first: int) -> None:
        """Name the number of failed lines, and the first of them."""
        super().__init__(f"{count} lines failed, the first is line {first}")


class FailedObjectsError(Exception):
    """Objects failed that may succeed after a retry; all other objects were processed."""

    def __init__(self, failed: list[Location]) -> None:
        """Name the failed objects."""
        super().__init__(f"failed: {', '.join(f'{each.bucket}/{each.key}' for each in failed)}")


def split_event(event: Any) -> list[object]:
    """Return an event for each record of `event`, so that each is judged, and kept, alone."""
    match event:
        case {"Records": [_, *_] as records}:
            return [{"Records": [record]} for record in records]
        case _:
            return [event]


def try_event(event: object{% block parameter %}{% endblock %}) -> Report | RejectedObjectError | None:
    """Process the only object of `event`; return why it can never be processed, or None if it may after a retry."""
    try:
        location = parse_location(event)
        logger.append_keys(bucket=location.bucket, key=location.key)
        return process_object(location{% block argument %}{% endblock %})
    except RejectedObjectError as error:
        logger.error("Object rejected", reason=str(error))
        metrics.add_metric("ObjectsRejected", MetricUnit.Count, 1)
        return error
    except Exception:  # the whole event fails, after all objects were tried
        logger.exception("Object failed")
        metrics.add_metric("ObjectsFailed", MetricUnit.Count, 1)
        return None
    finally:
        logger.remove_keys(["bucket", "key"])


def process_object(location: Location{{ self.parameter() }}) -> Report:
    """Process the order in each line of the object at `location`; no line keeps the others from being processed.

    Raises:
        RejectedObjectError: the object can never be read to its end.
        FailedLinesError: lines failed that may succeed after a retry.
    """
    report = Report(bucket=location.bucket, key=location.key)
{% block deadline %}{% endblock %}
    try:
{% block lines %}
        for number, line in read_lines(location):
            process_line(report, number, line{{ self.argument() }})
{% endblock %}
    except RejectedObjectError:
        if not report.failed:  # else failed lines are retried first
            raise
    finally:
        publish(report)
    if report.failed:
        raise FailedLinesError(report.failed_count, report.failed[0])
    return report


{% block line %}
def process_line(report: Report, number: int, line: bytes | None{{ self.parameter() }}) -> None:
    """Process the order in `line`, and add the result to `report`."""
    try:
        order = parse_order(line)
{% block process %}
        process_order(order)
{% endblock %}
        report.confirmed_count += 1
    except RejectedOrderError as error:
        report.rejected_count += 1
        if report.rejected_count <= MAX_LOGGED_LINES:
            logger.error("Line rejected", line=number, fields=error.fields)
            report.rejected.append(RejectedLine(number=number, reason=str(error)))
    except Exception:  # the whole object fails, after all lines were tried
        report.failed_count += 1
        if report.failed_count <= MAX_LOGGED_LINES:
            logger.exception("Line failed", line=number, exc_info=report.failed_count <= MAX_TRACEBACKS)
            report.failed.append(number)
{% endblock %}


def parse_order(line: bytes | None) -> Order:
    """Return the order in `line`.

    Raises:
        RejectedOrderError: the line is too long (None), it is not JSON, or its order is invalid.
    """
    if line is None:
        message = f"The line is longer than {MAX_LINE_BYTES} bytes"
        raise RejectedOrderError([FieldError(field="", code="line_too_long", message=message)])
    try:
        return Order.model_validate_json(line)
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original error would echo input


def publish(report: Report) -> None:
    """Log the counts in `report` and the first lines of each kind, and add the counts to the metrics."""
    logger.info(
        "Lines processed",
        confirmed=report.confirmed_count,
        rejected=report.rejected_count,
        rejected_lines=[line.number for line in report.rejected],
        failed=report.failed_count,
        failed_lines=report.failed,
    )
    for name, count in [("LinesRejected", report.rejected_count), ("LinesFailed", report.failed_count)]:
        if count:  # a metric without values costs as much
            metrics.add_metric(name, MetricUnit.Count, count)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Process one event. Lambda retries it after any exception, and then sends it to the on-failure destination.

    Records that can never be processed are sent there as well, each alone, once all others are processed.

    Args:
        event: an S3 event notification of created objects, or a health check.
        context: the Lambda context.

    Returns:
        `reports`, one for each processed object, and `rejected`, why others never can be, for manual invocations; S3
        ignores them.

    Raises:
        FailedObjectsError: objects, or lines of them, failed that may succeed after a retry.
        RejectedObjectError: a record cannot be sent to the on-failure destination.
    """
    if health := health_check_response(event):
        return health
    metrics.add_metric("Events", MetricUnit.Count, 1)
    outcomes = [(each, try_event(each{{ self.argument() }})) for each in split_event(event)]
    if failed := [parse_location(each) for each, outcome in outcomes if outcome is None]:
        raise FailedObjectsError(failed)
    rejected = [(each, outcome) for each, outcome in outcomes if isinstance(outcome, RejectedObjectError)]
    for each, error in rejected:
        keep_event(each, error, context)
    reports = [outcome.model_dump(mode="json") for _, outcome in outcomes if isinstance(outcome, Report)]
    return {"reports": reports, "rejected": [str(error) for _, error in rejected]}
