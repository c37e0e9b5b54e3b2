"""Lambda entry point: an event from a bus in, the service called, a confirmation out."""

from typing import Annotated, Any

from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

{% if cookiecutter.idempotency %}
from .application import RejectedOrderError, answer_health_check
from .idempotency import confirm_once
{% else %}
from .application import RejectedOrderError, answer_health_check, confirm
{% endif %}
from .models import Order, field_errors
from .observability import logger, metrics


class OrderPlaced(BaseModel):
    """An event of EventBridge: its envelope, of which AWS may send more, and the order in its detail."""

    model_config = ConfigDict(frozen=True)

    id: Annotated[str, Field(min_length=1)]
    source: str
    detail_type: Annotated[str, Field(alias="detail-type")]
    time: AwareDatetime
    account: str
    region: str
    detail: Order


def read_event(event: object) -> OrderPlaced:
    """Return `event` with its types.

    Raises:
        RejectedOrderError: it is no event of EventBridge, or its detail is not an order.
    """
    try:
        return OrderPlaced.model_validate(event)
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original would quote what was sent


@logger.inject_lambda_context(correlation_id_path=correlation_paths.EVENT_BRIDGE, clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Handle one event; any exception makes Lambda try again, and keep the event when it gives up.

    Args:
        event: what EventBridge sends: an envelope with an order as its detail.
        context: what Lambda says of the invocation.

    Returns:
        The confirmation, for whoever invokes by hand; EventBridge does not read it.

    Raises:
        RejectedOrderError: `event` can never succeed.
    """
    if (health := answer_health_check(event)) is not None:
        return health
    metrics.add_metric("Events", MetricUnit.Count, 1)
    try:
        placed = read_event(event)
{% if cookiecutter.idempotency %}
        confirmation = confirm_once(placed.detail, key=placed.id, context=context)
{% else %}
        confirmation = confirm(placed.detail)
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
