import pytest

from {{ cookiecutter.__package }} import application
from {{ cookiecutter.__package }}.models import Order, OrderLine

from tests.support import Logs


def test_a_confirmed_order_is_logged_by_its_id(logs: Logs) -> None:
    confirmation = application.confirm(Order(order_id="A-1", lines=[OrderLine(sku="MUG-001", quantity=1)]))
    assert confirmation.currency == application.settings.currency
    (line,) = logs.lines
    assert (line["message"], line["order_id"]) == ("Order confirmed", "A-1")


def test_an_order_of_unknown_products_is_rejected_by_field() -> None:
    order = Order(order_id="A-1", lines=[OrderLine(sku="MUG-001", quantity=1), OrderLine(sku="XXX-001", quantity=1)])
    with pytest.raises(application.RejectedOrderError, match=r"^lines\.1\.sku: This product is not sold$") as caught:
        application.confirm(order)
    assert [(error.field, error.code) for error in caught.value.errors] == [("lines.1.sku", "unknown_product")]
