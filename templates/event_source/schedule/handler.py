"""Lambda entry point: scheduled time in, standing order for it placed, confirmation out."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AwareDatetime, ValidationError

from .failure_queue import keep_event
{% block idempotency %}{% endblock %}
from .models import FieldError, Model, Order, field_errors
from .observability import logger, metrics
{% block orders %}
from .orders import RejectedOrderError, health_check_response, process_order
{% endblock %}


class Run(Model):
    """The schedule's input: the scheduled time and the standing order."""

    scheduled_time: AwareDatetime
    order: dict[str, Any]


def parse_order(event: object) -> Order:
    """Return the standing order; its id derives from the scheduled time, so that a retry repeats the id.

    Raises:
        RejectedOrderError: `event` is not the schedule's input, or its order is invalid.
    """
    try:
        run = Run.model_validate(event)
        return Order.model_validate(run.order | {"order_id": order_id_at(run.scheduled_time)})
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original error would echo input


def order_id_at(scheduled_time: datetime) -> str:
    """Return the id of the standing order for `scheduled_time`, the same for all its time zones.

    Raises:
        RejectedOrderError: in UTC, the time is before the year 1 or after 9999.
    """
    try:
        utc = scheduled_time.utctimetuple()
    except OverflowError:
        error = FieldError(field="scheduled_time", code="out_of_range", message="In UTC, this time is out of range")
        raise RejectedOrderError([error]) from None
    return "standing-{:04}{:02}{:02}T{:02}{:02}{:02}Z".format(*utc)


{% block process %}
def process_run(event: object) -> dict[str, Any]:
    """Process the standing order in `event`."""
    return process_order(parse_order(event)){{ '' if cookiecutter.__stored else '.model_dump(mode="json")' }}
{% endblock %}


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Process one run. Lambda retries it after any exception, and then sends it to the on-failure destination.

    A rejected run goes there at once: no retry can help, and no deployment is rolled back because of it.

    Args:
        event: the schedule's input (`scheduled_time`, since a run may be late, and `order`), or a health check.
        context: the Lambda context.

    Returns:
        The confirmation, or `status` (rejected) and `reason`, for manual invocations; EventBridge Scheduler ignores it.

    Raises:
        RejectedOrderError: the input or its order is invalid, and cannot be kept.
    """
    if health := health_check_response(event):
        return health
    metrics.add_metric("Runs", MetricUnit.Count, 1)
    try:
        return process_run(event{% block argument %}{% endblock %})
    except RejectedOrderError as error:
        logger.error("Run rejected", fields=error.fields)
        metrics.add_metric("RunsRejected", MetricUnit.Count, 1)
        keep_event(event, error, context)
        return {"status": "rejected", "reason": str(error)}
    except Exception:
        logger.exception("Run failed")
        metrics.add_metric("RunsFailed", MetricUnit.Count, 1)
        raise
