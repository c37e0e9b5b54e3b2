"""Lambda entry point: SNS notification in, service called, confirmation out."""

{% block stdlib %}{% endblock %}
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from .failure_queue import keep_event
{% block idempotency %}{% endblock %}
from .models import Order, field_errors
from .notification import parse_notification, split_event
from .observability import logger, metrics
{% block orders %}
from .orders import RejectedOrderError, health_check_response, process_order
{% endblock %}


def parse_order(message: str) -> Order:
    """Return the order in `message`.

    Raises:
        RejectedOrderError: the message is not JSON, or its order is invalid.
    """
    try:
        return Order.model_validate_json(message)
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original error would echo input


{% block process %}
def process_message(message: str) -> dict[str, Any]:
    """Process the order in `message`."""
    return process_order(parse_order(message)){{ '' if cookiecutter.__stored else '.model_dump(mode="json")' }}
{% endblock %}


def process_event(event: object, context: LambdaContext) -> dict[str, Any]:
    """Process the message in `event`, which has one record; return the confirmation, or why it is rejected.

    Raises:
        RejectedOrderError: the event is rejected, and cannot be kept.
    """
    try:
        notification = parse_notification(event)
        logger.append_keys(message_id=notification.message_id)
        return process_message(notification.message{% block argument %}{% endblock %})
    except RejectedOrderError as error:
        logger.error("Message rejected", fields=error.fields)
        metrics.add_metric("MessagesRejected", MetricUnit.Count, 1)
        keep_event(event, error, context)
        return {"status": "rejected", "reason": str(error)}
    except Exception:
        logger.exception("Message failed")
        metrics.add_metric("MessagesFailed", MetricUnit.Count, 1)
        raise
    finally:
        logger.remove_keys(["message_id"])


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Process one event. Lambda retries it after any exception, and then sends it to the on-failure destination.

    A rejected message goes there at once: no retry can help, and no deployment is rolled back because of it.

    Args:
        event: an SNS event with an order in its message, or a health check.
        context: the Lambda context.

    Returns:
        `results`: for each record, the confirmation, or `status` (rejected) and `reason`, for manual invocations; SNS
        ignores them.

    Raises:
        RejectedOrderError: the event or its order is invalid, and cannot be kept.
    """
    if health := health_check_response(event):
        return health
    metrics.add_metric("Events", MetricUnit.Count, 1)
    return {"results": [process_event(each, context) for each in split_event(event)]}
