{% set context_parameter = ', context: LambdaContext' if cookiecutter.idempotency else '' %}
{% set context_argument = ', context' if cookiecutter.idempotency else '' %}
"""Lambda entry point: created S3 objects in, service called for each of their lines, reports out."""

{% if cookiecutter.idempotency %}
import json
{% endif %}
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

{% if cookiecutter.idempotency %}
from .idempotency import process_order_once
{% endif %}
from .lines import MAX_LINE_BYTES, Location, parse_location, read_lines
from .models import Confirmation, FieldError, Model, Order, field_errors
from .observability import logger, metrics
{% if cookiecutter.idempotency %}
from .orders import RejectedOrderError, health_check_response
{% else %}
from .orders import RejectedOrderError, health_check_response, process_order
{% endif %}

# Reports are for manual invocations; the log names all rejected lines.
MAX_REPORTED_LINES = 100


class RejectedLine(Model):
    """An invalid line, counted from one, and its errors."""

    number: int
    errors: list[FieldError]


class Report(Model):
    """The results of the lines of one object; `rejected` has the first `MAX_REPORTED_LINES` invalid lines."""

    bucket: str
    key: str
    confirmed_count: int
    rejected_count: int
    rejected: list[RejectedLine]


class FailedLinesError(Exception):
    """Lines failed that may succeed after a retry; all other lines were processed."""

    def __init__(self, count: int, first: int) -> None:
        """Name the number of failed lines, and the first of them."""
        super().__init__(f"{count} lines failed, the first is line {first}")


class FailedObjectsError(Exception):
    """Objects failed that may succeed after a retry; all other objects were processed."""

    def __init__(self, failed: list[Location]) -> None:
        """Name the failed objects."""
        super().__init__(f"failed: {', '.join(map(str, failed))}")


class UnsupportedEventError(Exception):
    """The event is not an S3 event notification."""


@dataclass
class Results:
    """The results of the lines of one object so far; memory use does not grow with the object."""

    confirmed_count: int = 0
    rejected_count: int = 0
    rejected: list[RejectedLine] = field(default_factory=list)
    failed_count: int = 0
    first_failed: int = 0

    def add(self, number: int, result: Confirmation | RejectedLine | None) -> None:
        """Add the result of line `number`; None if it failed."""
        match result:
            case Confirmation():
                self.confirmed_count += 1
            case RejectedLine():
                self.rejected_count += 1
                if self.rejected_count <= MAX_REPORTED_LINES:
                    self.rejected.append(result)
            case None:  # pragma: no branch - the type checker knows that the match is exhaustive
                self.failed_count += 1
                self.first_failed = self.first_failed or number


def try_object(location: Location{{ context_parameter }}) -> Report | None:
    """Process the object at `location`; return None if that fails, so that the other objects are processed."""
    with logger.append_context_keys(bucket=location.bucket, key=location.key):
        try:
            report = process_object(location{{ context_argument }})
        except Exception:  # the whole event fails, after all objects were tried
            logger.exception("Object failed")
            metrics.add_metric("ObjectsFailed", MetricUnit.Count, 1)
            return None
        logger.info("Object processed", confirmed=report.confirmed_count, rejected=report.rejected_count)
        return report


def process_object(location: Location{{ context_parameter }}) -> Report:
    """Process the order in each line of the object at `location`; no line keeps the others from being processed.

    Raises:
        FailedLinesError: lines failed that may succeed after a retry.
    """
    results = Results()
    for number, line in read_lines(location):
{% if cookiecutter.idempotency %}
        results.add(number, process_line(number, line, location, context))
{% else %}
        results.add(number, process_line(number, line))
{% endif %}
    if results.failed_count:
        raise FailedLinesError(results.failed_count, results.first_failed)
    return Report(
        bucket=location.bucket,
        key=location.key,
        confirmed_count=results.confirmed_count,
        rejected_count=results.rejected_count,
        rejected=results.rejected,
    )


{% if cookiecutter.idempotency %}
def process_line(
    number: int,
    line: bytes | None,
    location: Location,
    context: LambdaContext,
) -> Confirmation | RejectedLine | None:
    """Process the order in `line`, once for each line of an object; return None if that fails."""
    try:
        order = parse_order(line)
        process_order_once(order, sent=json.loads(line or b""), key=order.order_id, context=context)
{% else %}
def process_line(number: int, line: bytes | None) -> Confirmation | RejectedLine | None:
    """Process the order in `line`; return None if that fails."""
    try:
        return process_order(parse_order(line))
{% endif %}
    except RejectedOrderError as error:
        logger.error("Line rejected", line=number, fields=error.fields)
        metrics.add_metric("LinesRejected", MetricUnit.Count, 1)
        return RejectedLine(number=number, errors=error.errors)
    except Exception:  # the whole object fails, after all lines were tried
        logger.exception("Line failed", line=number)
        metrics.add_metric("LinesFailed", MetricUnit.Count, 1)
        return None


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


def is_s3_event(event: Any) -> TypeGuard[dict[str, Any]]:
    """Return whether `event` is an S3 event notification."""
    match event:
        case {"Records": [{"eventSource": "aws:s3", "s3": {"bucket": {"name": str()}, "object": {"key": str()}}}, *_]}:
            return True
        case _:
            return False


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Process one event. Lambda retries it after any exception, and then sends it to the on-failure destination.

    Args:
        event: an S3 event notification of created objects, or a health check.
        context: the Lambda context.

    Returns:
        `reports`, one for each object, for manual invocations; S3 ignores them.

    Raises:
        UnsupportedEventError: `event` is neither.
        FailedObjectsError: objects, or lines of them, failed that may succeed after a retry.
    """
    if health := health_check_response(event):
        return health
    metrics.add_metric("Events", MetricUnit.Count, 1)
    if not is_s3_event(event):
        message = "Expected an S3 event notification; events/ has samples."
        raise UnsupportedEventError(message)
    locations = [parse_location(record) for record in event["Records"]]
    reports = {location: try_object(location{{ context_argument }}) for location in locations}
    if failed := [location for location, report in reports.items() if report is None]:
        raise FailedObjectsError(failed)
    return {"reports": [report.model_dump(mode="json") for report in reports.values() if report]}
