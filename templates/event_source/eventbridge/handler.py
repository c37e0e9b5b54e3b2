"""Lambda entry point: EventBridge event in, service called, confirmation out."""

from typing import Annotated, Any

from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from .failure_queue import keep_event
{% block idempotency %}{% endblock %}
from .models import Order, field_errors
from .observability import logger, metrics
{% block orders %}
from .orders import RejectedOrderError, health_check_response, process_order
{% endblock %}


class OrderPlaced(BaseModel):
    """An EventBridge event with an order in its detail; AWS may add fields to the envelope."""

    model_config = ConfigDict(frozen=True)

    id: Annotated[str, Field(min_length=1)]
    source: str
    detail_type: Annotated[str, Field(alias="detail-type")]
    time: AwareDatetime
    account: str
    region: str
    detail: Order


def parse_event(event: object) -> OrderPlaced:
    """Return `event`, validated.

    Raises:
        RejectedOrderError: it is not an EventBridge event, or its order is invalid.
    """
    try:
        return OrderPlaced.model_validate(event)
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original error would echo input


{% block process %}
def process_event(event: object) -> dict[str, Any]:
    """Process the order in the detail of `event`."""
    return process_order(parse_event(event).detail){{ '' if cookiecutter.__stored else '.model_dump(mode="json")' }}
{% endblock %}


@logger.inject_lambda_context(correlation_id_path=correlation_paths.EVENT_BRIDGE, clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Process one event. Lambda retries it after any exception, and then sends it to the on-failure destination.

    A rejected event goes there at once: no retry can help, and no deployment is rolled back because of it.

    Args:
        event: an EventBridge event with an order in its detail, or a health check.
        context: the Lambda context.

    Returns:
        The confirmation, or `status` (rejected) and `reason`, for manual invocations; EventBridge ignores it.

    Raises:
        RejectedOrderError: the event or its order is invalid, and cannot be kept.
    """
    if health := health_check_response(event):
        return health
    metrics.add_metric("Events", MetricUnit.Count, 1)
    try:
        return process_event(event{% block argument %}{% endblock %})
    except RejectedOrderError as error:
        logger.error("Event rejected", fields=error.fields)
        metrics.add_metric("EventsRejected", MetricUnit.Count, 1)
        keep_event(event, error, context)
        return {"status": "rejected", "reason": str(error)}
    except Exception:
        logger.exception("Event failed")
        metrics.add_metric("EventsFailed", MetricUnit.Count, 1)
        raise
