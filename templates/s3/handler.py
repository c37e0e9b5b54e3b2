"""Lambda entry point: new objects of a bucket in, the service called for each of their lines, a report out."""

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
from .lines import MAX_LINE_BYTES, Location, locate, read_lines
from .models import Confirmation, FieldError, Model, Order, field_errors
from .observability import logger, metrics

# The report is for whoever invokes by hand; the log names every bad line.
REPORTED_LINES = 100


class RejectedLine(Model):
    """A line that can never succeed, counted from one, and what is wrong with it."""

    number: int
    errors: list[FieldError]


class Report(Model):
    """What became of the lines of one object; `rejected` are the first hundred of the bad ones."""

    bucket: str
    key: str
    confirmed_count: int
    rejected_count: int
    rejected: list[RejectedLine]


class FailedLinesError(Exception):
    """Lines failed that may succeed later; all others were handled."""

    def __init__(self, count: int, first: int) -> None:
        """Keep how many lines failed, and the number of the first."""
        super().__init__(f"{count} lines failed, the first of them line {first}")


class FailedObjectsError(Exception):
    """Objects failed that may succeed later; all others were handled."""

    def __init__(self, failed: list[Location]) -> None:
        """Keep which objects failed."""
        super().__init__(f"failed: {', '.join(map(str, failed))}")


class UnsupportedEventError(Exception):
    """The function was invoked with something else than an event of a bucket."""


{% if cookiecutter.idempotency %}
def try_object(location: Location, context: LambdaContext) -> Report | None:
{% else %}
def try_object(location: Location) -> Report | None:
{% endif %}
    """Handle the object at `location`; return None if that failed, so that it does not lose the others."""
    with logger.append_context_keys(bucket=location.bucket, key=location.key):
        try:
{% if cookiecutter.idempotency %}
            report = handle_object(location, context)
{% else %}
            report = handle_object(location)
{% endif %}
        except Exception:  # noqa: BLE001 - the event as a whole fails, once all objects were tried
            logger.exception("Object failed")
            metrics.add_metric("ObjectsFailed", MetricUnit.Count, 1)
            return None
        logger.info("Object handled", confirmed=report.confirmed_count, rejected=report.rejected_count)
        return report


{% if cookiecutter.idempotency %}
def handle_object(location: Location, context: LambdaContext) -> Report:
{% else %}
def handle_object(location: Location) -> Report:
{% endif %}
    """Confirm the order in each line of the object at `location`.

    A bad line is reported and does not lose the others. A line that fails does not lose them either.

    Raises:
        FailedLinesError: lines failed that may succeed later; the object must come again.
    """
    confirmed_count, rejected_count, failed_count, first_failed = 0, 0, 0, 0
    rejected: list[RejectedLine] = []
    for number, line in read_lines(location):
{% if cookiecutter.idempotency %}
        match handle_line(number, line, location, context):
{% else %}
        match handle_line(number, line):
{% endif %}
            case Confirmation():
                confirmed_count += 1
            case RejectedLine() as bad_line:
                rejected_count += 1
                if rejected_count <= REPORTED_LINES:
                    rejected.append(bad_line)
            case None:  # pragma: no branch - the type checker knows that nothing is left
                failed_count += 1
                first_failed = first_failed or number
    if failed_count:
        raise FailedLinesError(failed_count, first_failed)
    return Report(
        bucket=location.bucket,
        key=location.key,
        confirmed_count=confirmed_count,
        rejected_count=rejected_count,
        rejected=rejected,
    )


{% if cookiecutter.idempotency %}
def handle_line(
    number: int,
    line: bytes | None,
    location: Location,
    context: LambdaContext,
) -> Confirmation | RejectedLine | None:
    """Confirm the order in `line`, once for each line of an object; return None if that failed."""
    try:
        return confirm_once(read_order(line), key=f"{location} {number}", context=context)
{% else %}
def handle_line(number: int, line: bytes | None) -> Confirmation | RejectedLine | None:
    """Confirm the order in `line`; return None if that failed."""
    try:
        return confirm(read_order(line))
{% endif %}
    except RejectedOrderError as error:
        logger.error("Line rejected", line=number, fields=error.fields)
        metrics.add_metric("LinesRejected", MetricUnit.Count, 1)
        return RejectedLine(number=number, errors=error.errors)
    except Exception:  # noqa: BLE001 - one line must not lose the others; the object as a whole fails
        logger.exception("Line failed", line=number)
        metrics.add_metric("LinesFailed", MetricUnit.Count, 1)
        return None


def read_order(line: bytes | None) -> Order:
    """Return the order that `line` holds as JSON.

    Raises:
        RejectedOrderError: the line is too long (None), or not JSON, or not an order.
    """
    if line is None:
        message = f"A line may have {MAX_LINE_BYTES} bytes"
        raise RejectedOrderError([FieldError(field="", code="line_too_long", message=message)])
    try:
        return Order.model_validate_json(line)
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original would quote what was sent


def is_bucket_event(event: Any) -> TypeGuard[dict[str, Any]]:  # noqa: ANN401 - whoever invokes may send any JSON
    """Say whether `event` tells of objects of a bucket."""
    match event:
        case {"Records": [{"eventSource": "aws:s3", "s3": {"bucket": {"name": str()}, "object": {"key": str()}}}, *_]}:
            return True
        case _:
            return False


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Handle one event; any exception makes Lambda try again, and keep the event when it gives up.

    Args:
        event: what S3 sends when objects were created.
        context: what Lambda says of the invocation.

    Returns:
        `reports`, one for each object, for whoever invokes by hand; S3 does not read them.

    Raises:
        UnsupportedEventError: `event` is something else.
        FailedObjectsError: objects, or lines of them, failed that may succeed later.
    """
    if (health := answer_health_check(event)) is not None:
        return health
    metrics.add_metric("Events", MetricUnit.Count, 1)
    if not is_bucket_event(event):
        message = "Expected an event of S3; see events/ for samples."
        raise UnsupportedEventError(message)
    locations = [locate(record) for record in event["Records"]]
{% if cookiecutter.idempotency %}
    reports = {location: try_object(location, context) for location in locations}
{% else %}
    reports = {location: try_object(location) for location in locations}
{% endif %}
    if failed := [location for location, report in reports.items() if report is None]:
        raise FailedObjectsError(failed)
    return {"reports": [report.model_dump(mode="json") for report in reports.values() if report]}
