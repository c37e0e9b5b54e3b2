{% if cookiecutter.__stored %}
{% include ('event_source/' ~ cookiecutter.event_source ~ '/batch_test_orders.py') if cookiecutter.__batches else 'storage/dynamodb/test_orders.py' %}
{% else %}
import pytest

from {{ cookiecutter.__package }} import orders
from {{ cookiecutter.__package }}.models import Order, OrderLine

from tests.support import Logs


def test_confirmed_order_is_logged_by_id(logs: Logs) -> None:
    confirmation = orders.process_order(Order(order_id="A-1", lines=[OrderLine(sku="MUG-001", quantity=1)]))
    assert confirmation.currency == orders.settings.currency
    (line,) = logs.lines
    assert (line["message"], line["order_id"]) == ("Order confirmed", "A-1")


def test_unknown_product_is_rejected_by_field() -> None:
    order = Order(order_id="A-1", lines=[OrderLine(sku="MUG-001", quantity=1), OrderLine(sku="XXX-001", quantity=1)])
    with pytest.raises(orders.RejectedOrderError, match=r"^lines\.1\.sku: This product is not sold$") as caught:
        orders.process_order(order)
    assert [(error.field, error.code) for error in caught.value.errors] == [("lines.1.sku", "unknown_product")]
{% endif %}
