"""What every invocation does with an order, however it comes in: confirm it, log it, count it."""

import os
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from .models import Confirmation, FieldError, Health, Order
from .observability import logger, metrics
from .service import UnknownProductsError, confirm_order
from .settings import load_settings

# However much is wrong with an order, a log line stays readable.
LOGGED_ERRORS = 20

settings = load_settings(os.environ)


class RejectedOrderError(Exception):
    """An order can never be confirmed, however often it is tried; `errors` say why, without what was sent."""

    def __init__(self, errors: list[FieldError]) -> None:
        """Keep what is wrong with each field."""
        super().__init__("; ".join(f"{name_field(error)}: {error.message}" for error in errors[:LOGGED_ERRORS]))
        self.errors = errors

    @property
    def fields(self) -> list[str]:
        """The names of the first wrong fields, for the log."""
        return [name_field(error) for error in self.errors[:LOGGED_ERRORS]]


def name_field(error: FieldError) -> str:
    """Return a name for the log; the name of a field that nobody declared is itself something that was sent."""
    return "(unknown field)" if error.code == "extra_forbidden" else error.field or "(all)"


def confirm(order: Order) -> Confirmation:
    """Confirm `order`.

    Raises:
        RejectedOrderError: it names products that are not sold.
    """
    try:
        confirmation = confirm_order(
            order,
            currency=settings.currency,
            free_shipping_from=settings.free_shipping_from,
        )
    except UnknownProductsError as error:
        errors = [
            FieldError(field=f"lines.{position}.sku", code="unknown_product", message="This product is not sold")
            for position in error.positions
        ]
        raise RejectedOrderError(errors) from None
    logger.info("Order confirmed", order_id=order.order_id)
    metrics.add_metric("OrdersConfirmed", MetricUnit.Count, 1)
    return confirmation


def read_health() -> Health:
    """Return that the service is up: its settings were read, and all that it needs was imported."""
    return Health(status="ok", service=settings.service_name)


def answer_health_check(event: Any) -> dict[str, Any] | None:  # noqa: ANN401 - whoever invokes may send any JSON
    """Return the answer to a health check, which has no other effect; None if `event` is anything else."""
    match event:
        case {"health_check": True}:
            metrics.add_metric("HealthChecks", MetricUnit.Count, 1)
            return read_health().model_dump()
        case _:
            return None
