"""The business logic: confirms orders. It imports nothing from AWS; replace it with your own."""

from .models import Confirmation, Delivery, Order, OrderLine, PricedLine

PRICES = {"MUG-001": 1250, "PEN-001": 199, "BAG-001": 4900}
"""The price of one piece of each product, in the currency's minor unit (cents)."""

STANDARD_SHIPPING = 490
EXPRESS_SHIPPING = 1290


class UnknownProductsError(Exception):
    """Order lines name unknown products; `positions` are the indexes of these lines."""

    def __init__(self, positions: list[int]) -> None:
        """Keep the positions, counted from zero."""
        super().__init__(f"unknown products in lines {', '.join(map(str, positions))}")
        self.positions = positions


def confirm_order(order: Order, *, currency: str, free_shipping_from: int) -> Confirmation:
    """Return `order` with its prices.

    Args:
        order: the order to price.
        currency: the ISO 4217 code of the prices.
        free_shipping_from: the value of goods from which standard delivery is free, in cents.

    Raises:
        UnknownProductsError: order lines name unknown products.
    """
    if unknown := [position for position, line in enumerate(order.lines) if line.sku not in PRICES]:
        raise UnknownProductsError(unknown)
    lines = [price_line(line) for line in order.lines]
    goods = sum(line.amount for line in lines)
    shipping = shipping_cost(order.delivery, goods, free_from=free_shipping_from)
    return Confirmation(
        order_id=order.order_id,
        lines=lines,
        goods=goods,
        shipping=shipping,
        total=goods + shipping,
        currency=currency,
    )


def price_line(line: OrderLine) -> PricedLine:
    """Return `line` with its prices; its product must be one of `PRICES`."""
    unit_price = PRICES[line.sku]
    return PricedLine(sku=line.sku, quantity=line.quantity, unit_price=unit_price, amount=unit_price * line.quantity)


def shipping_cost(delivery: Delivery, goods: int, *, free_from: int) -> int:
    """Return the shipping cost of an order worth `goods`; all amounts are in cents."""
    match delivery:
        case "express":
            return EXPRESS_SHIPPING
        case "standard" if goods >= free_from:
            return 0
        case "standard":  # pragma: no branch - the type checker knows that the match is exhaustive
            return STANDARD_SHIPPING
