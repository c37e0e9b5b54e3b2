"""Input and output, validated: orders, confirmations, and the errors of an invalid order."""

{% if cookiecutter.__stored and cookiecutter.__is_http %}
import re
{% endif %}
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Delivery = Literal["standard", "express"]
{% if cookiecutter.__stored and cookiecutter.__is_http %}
ORDER_ID = r"^[A-Za-z0-9-]{1,64}$"
OrderId = Annotated[str, Field(pattern=ORDER_ID)]
{% else %}
OrderId = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
{% endif %}
Sku = Annotated[str, Field(pattern=r"^[A-Z]{3}-[0-9]{3}$")]
Quantity = Annotated[int, Field(strict=True, ge=1, le=1000)]

# However many errors an input has, its log line stays short.
MAX_LOGGED_ERRORS = 20


class Model(BaseModel):
    """Base of all models: immutable, without undeclared fields, and errors do not echo input."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class OrderLine(Model):
    """A product and how many of it are ordered."""

    sku: Sku
    quantity: Quantity


class Order(Model):
    """An order as the customer sends it.

    The customer chooses `order_id`, so that a repeated request is recognized as the same order.
    """

    order_id: OrderId
    delivery: Delivery = "standard"
    lines: Annotated[list[OrderLine], Field(min_length=1, max_length=100)]


class PricedLine(OrderLine):
    """An order line with its prices, in the currency's minor unit (cents)."""

    unit_price: int
    amount: int


class Confirmation(Model):
    """A priced order; all amounts are in the currency's minor unit (cents)."""

    order_id: OrderId
    lines: list[PricedLine]
    goods: int
    shipping: int
    total: int
    currency: str


class Health(Model):
    """The response to a health check."""

    status: Literal["ok"]
    service: str


class FieldError(Model):
    """What is wrong with one field; `field` is its path in the input, such as `lines.0.quantity`."""

    field: str
    code: str
    message: str


{% if cookiecutter.__stored and cookiecutter.__is_http %}
def is_order_id(text: str) -> bool:
    """Return whether an order may have `text` as its id."""
    return re.fullmatch(ORDER_ID, text) is not None


{% endif %}
def field_errors(error: ValidationError) -> list[FieldError]:
    """Return all errors in `error`, without echoing input."""
    return [
        FieldError(field=".".join(map(str, detail["loc"])), code=detail["type"], message=detail["msg"])
        for detail in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def loggable_fields(errors: list[FieldError]) -> list[str]:
    """Return the names of the first invalid fields, safe to log: the name of an undeclared field is input."""
    return [
        "(unknown field)" if error.code == "extra_forbidden" else error.field or "(all)"
        for error in errors[:MAX_LOGGED_ERRORS]
    ]
