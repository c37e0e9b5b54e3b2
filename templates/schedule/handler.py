"""Lambda entry point: scheduled time in, standing order for it placed, confirmation out."""

import time
from datetime import datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AwareDatetime, ValidationError

{% if cookiecutter.idempotency %}
from .idempotency import process_order_once
{% endif %}
from .models import Model, Order, field_errors
from .observability import logger, metrics
{% if cookiecutter.idempotency %}
from .orders import RejectedOrderError, health_check_response
{% else %}
from .orders import RejectedOrderError, health_check_response, process_order
{% endif %}


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
    """Return the id of the standing order for `scheduled_time`, the same for all its time zones."""
    return time.strftime("standing-%Y%m%dT%H%M%SZ", scheduled_time.utctimetuple())


{% if cookiecutter.idempotency %}
def process_run(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Process the standing order in `event`, once for each scheduled time."""
    order = parse_order(event)
    return process_order_once(order, sent=event["order"], key=order.order_id, context=context)
{% else %}
def process_run(event: object) -> dict[str, Any]:
    """Process the standing order in `event`."""
    return process_order(parse_order(event)).model_dump(mode="json")
{% endif %}


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Process one run. Lambda retries it after any exception, and then sends it to the on-failure destination.

    Args:
        event: the schedule's input (`scheduled_time`, since a run may be late, and `order`), or a health check.
        context: the Lambda context.

    Returns:
        The confirmation, for manual invocations; EventBridge Scheduler ignores it.

    Raises:
        RejectedOrderError: the input or its order is invalid.
    """
    if health := health_check_response(event):
        return health
    metrics.add_metric("Runs", MetricUnit.Count, 1)
    try:
        return process_run({{ 'event, context' if cookiecutter.idempotency else 'event' }})
    except RejectedOrderError as error:
        logger.error("Run rejected", fields=error.fields)
        metrics.add_metric("RunsRejected", MetricUnit.Count, 1)
        raise
    except Exception:
        logger.exception("Run failed")
        metrics.add_metric("RunsFailed", MetricUnit.Count, 1)
        raise
