"""What every invocation does with an order, whatever the event source: confirm it, {{ 'keep it, ' if cookiecutter.__stored }}log it, count it."""

import os
{% if cookiecutter.__batches %}
from collections.abc import Collection
{% endif %}
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

{% if cookiecutter.__stored %}
from .models import FieldError, Health, Order, loggable_fields
from .observability import logger, metrics
from .repository import DynamoDBOrders, KeptOrder, OrderRepository, create_client
{% else %}
from .models import Confirmation, FieldError, Health, Order, loggable_fields
from .observability import logger, metrics
{% endif %}
from .service import UnknownProductsError, confirm_order
from .settings import load_settings

settings = load_settings(os.environ)
{% if cookiecutter.__stored %}
{% if cookiecutter.__batches %}

Outcome = dict[str, Any] | Exception
"""The fields of a confirmation, or why there is none."""

{% endif %}
repository: OrderRepository = DynamoDBOrders(create_client(), settings.orders_table)
{% endif %}


class RejectedOrderError(Exception):
    """The order is invalid, and retrying cannot help; `errors` say why, without echoing input."""

    def __init__(self, errors: list[FieldError]) -> None:
        """Keep the error of each invalid field."""
        named = zip(loggable_fields(errors), errors, strict=False)
        super().__init__("; ".join(f"{field}: {error.message}" for field, error in named))
        self.errors = errors
{% if cookiecutter.__has_queue %}

    @property
    def fields(self) -> list[str]:
        """The names of the first invalid fields, safe to log."""
        return loggable_fields(self.errors)
{% endif %}


{% if cookiecutter.__stored %}
{% include ('event_source/' ~ cookiecutter.event_source ~ '/batch_orders.py') if cookiecutter.__batches else 'storage/dynamodb/orders.py' %}
{% else %}
def process_order(order: Order) -> Confirmation:
    """Confirm `order`, log its id and count it.

    Raises:
        RejectedOrderError: a line names an unknown product.
    """
{% include 'storage/base/confirm.py' %}
    logger.info("Order confirmed", order_id=order.order_id)
    metrics.add_metric("OrdersConfirmed", MetricUnit.Count, 1)
    return confirmation
{% endif %}


def unknown_product(position: int) -> FieldError:
    """Return the error for the order line at `position`, counted from zero."""
    return FieldError(field=f"lines.{position}.sku", code="unknown_product", message="This product is not sold")


def check_health() -> Health:
    """Return that the service is healthy: its settings are valid and its imports work, or this would not run."""
    return Health(status="ok", service=settings.service_name)


def health_check_response(event: Any) -> dict[str, Any] | None:
    """Return the response to a health check, which has no side effects; None if `event` is not one."""
    match event:
        case {"health_check": True}:
            metrics.add_metric("HealthChecks", MetricUnit.Count, 1)
            return check_health().model_dump()
        case _:
            return None
