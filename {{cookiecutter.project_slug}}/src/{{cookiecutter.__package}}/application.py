"""What every invocation does with an order, however it comes in: read it, confirm it, log it, count it."""

import os

from aws_lambda_powertools.metrics import MetricUnit
from pydantic import ValidationError

from .models import Confirmation, FieldError, Order, field_errors
from .observability import logger, metrics
from .service import UnknownProductsError, confirm_order
from .settings import load_settings

settings = load_settings(os.environ)


class RejectedOrderError(Exception):
    """An order can never be confirmed, however often it is tried; `errors` say why, without what was sent."""

    def __init__(self, errors: list[FieldError]) -> None:
        """Keep what is wrong with each field."""
        super().__init__("; ".join(f"{error.field or 'order'}: {error.message}" for error in errors))
        self.errors = errors


def read_order(text: str | bytes) -> Order:
    """Return the order that `text` holds as JSON.

    Raises:
        RejectedOrderError: it is not JSON, or not an order.
    """
    try:
        return Order.model_validate_json(text)
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original would quote what was sent


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
