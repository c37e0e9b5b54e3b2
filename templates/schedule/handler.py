"""Lambda entry point: a scheduled time in, the standing order for it placed, a confirmation out."""

import time
from datetime import datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AwareDatetime, ValidationError

{% if cookiecutter.idempotency %}
from .application import RejectedOrderError, answer_health_check
from .idempotency import confirm_once
{% else %}
from .application import RejectedOrderError, answer_health_check, confirm
{% endif %}
from .models import Model, Order, field_errors
from .observability import logger, metrics


class Run(Model):
    """What the schedule sends: for which time it runs, and the standing order."""

    scheduled_time: AwareDatetime
    order: dict[str, Any]


def read_order_of_run(event: object) -> Order:
    """Return the order of one run; its id follows from the scheduled time, so a repeated run repeats the order's id.

    Raises:
        RejectedOrderError: `event` is not what the schedule sends.
    """
    try:
        run = Run.model_validate(event)
        return Order.model_validate(run.order | {"order_id": name_order(run.scheduled_time)})
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original would quote what was sent


def name_order(scheduled_time: datetime) -> str:
    """Return the id of the standing order for `scheduled_time`, the same in whichever time zone that is given."""
    return time.strftime("standing-%Y%m%dT%H%M%SZ", scheduled_time.utctimetuple())


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Handle one run; any exception makes Lambda try again, and keep the event when it gives up.

    Args:
        event: what the schedule sends: `scheduled_time` and `order`. The clock is not asked: a run may come late.
        context: what Lambda says of the invocation.

    Returns:
        The confirmation, for whoever invokes by hand; the scheduler does not read it.

    Raises:
        RejectedOrderError: `event` can never succeed.
    """
    if (health := answer_health_check(event)) is not None:
        return health
    metrics.add_metric("Runs", MetricUnit.Count, 1)
    try:
        order = read_order_of_run(event)
{% if cookiecutter.idempotency %}
        confirmation = confirm_once(order, key=order.order_id, context=context)
{% else %}
        confirmation = confirm(order)
{% endif %}
    except RejectedOrderError as error:
        logger.error("Order rejected", fields=error.fields)
        metrics.add_metric("OrdersRejected", MetricUnit.Count, 1)
        raise
    except Exception:
        logger.exception("Order failed")
        metrics.add_metric("OrdersFailed", MetricUnit.Count, 1)
        raise
    return confirmation.model_dump(mode="json")
