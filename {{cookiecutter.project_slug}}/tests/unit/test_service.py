import pytest

from {{ cookiecutter.__package }} import service
from {{ cookiecutter.__package }}.models import Order, OrderLine


def order(*lines: tuple[str, int]) -> Order:
    return Order(order_id="A-1", lines=[OrderLine(sku=sku, quantity=quantity) for sku, quantity in lines])


def test_lines_are_priced_and_totaled() -> None:
    confirmation = service.confirm_order(
        order(("MUG-001", 2), ("PEN-001", 3)),
        currency="EUR",
        free_shipping_from=5000,
    )
    assert [(line.unit_price, line.amount) for line in confirmation.lines] == [(1250, 2500), (199, 597)]
    assert confirmation.goods == 3097
    assert confirmation.total == 3097 + service.STANDARD_SHIPPING
    assert (confirmation.order_id, confirmation.currency) == ("A-1", "EUR")


@pytest.mark.parametrize(
    ("goods", "shipping"),
    [(0, service.STANDARD_SHIPPING), (4999, service.STANDARD_SHIPPING), (5000, 0), (5001, 0)],
)
def test_standard_delivery_is_free_above_value(goods: int, shipping: int) -> None:
    assert service.shipping_cost("standard", goods, free_from=5000) == shipping


def test_express_delivery_is_never_free() -> None:
    assert service.shipping_cost("express", 1_000_000, free_from=0) == service.EXPRESS_SHIPPING


def test_unknown_products_are_reported() -> None:
    with pytest.raises(service.UnknownProductsError, match="lines 0, 2") as caught:
        service.confirm_order(
            order(("XXX-001", 1), ("MUG-001", 1), ("YYY-001", 1)),
            currency="EUR",
            free_shipping_from=0,
        )
    assert caught.value.positions == [0, 2]
