import time
from collections.abc import Collection

import pytest

from {{ cookiecutter.__package }} import orders
from {{ cookiecutter.__package }}.models import Confirmation, Delivery, Order, OrderLine
from {{ cookiecutter.__package }}.repository import AddResult, KeptOrder, UnavailableError
from {{ cookiecutter.__package }}.service import confirm_order

from tests.support import Logs
from tests.unit.conftest import KeptInMemory

ORDER = Order(order_id="A-1", lines=[OrderLine(sku="MUG-001", quantity=1)])
OTHER = Order(order_id="A-1", lines=[OrderLine(sku="MUG-001", quantity=2)])
ANOTHER = Order(order_id="A-2", lines=[OrderLine(sku="MUG-001", quantity=1)])


class LaterOrder(Order):
    """An order in a later version, with another default and a new field."""

    delivery: Delivery = "express"
    note: str = ""


def process(*batch: Order) -> dict[str, orders.Outcome]:
    """Return the outcome of each order, by id."""
    return orders.process_orders(batch, deadline=time.monotonic() + 10)


def test_confirmed_orders_are_kept_and_logged_by_id(repository: KeptInMemory, logs: Logs) -> None:
    outcomes = process(ORDER, ANOTHER)
    assert {order_id: each.confirmation for order_id, each in repository.kept.items()} == outcomes
    assert [(line["message"], line["order_id"]) for line in logs.lines] == [
        ("Order confirmed", "A-1"),
        ("Order confirmed", "A-2"),
    ]


def test_known_order_is_answered_as_before(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    first = process(ORDER)
    monkeypatch.setattr(orders, "confirm_order", None)  # whatever became of products and prices
    assert process(ORDER) == first
    assert [line["message"] for line in logs.lines] == ["Order confirmed", "Order known"]


def test_later_version_knows_the_order() -> None:
    first = process(ORDER)
    assert process(LaterOrder.model_validate(ORDER.model_dump(exclude_unset=True))) == first


def test_id_of_another_order_is_a_conflict(repository: KeptInMemory) -> None:
    process(ORDER)
    kept = repository.kept.copy()
    outcome = process(OTHER)["A-1"]
    assert isinstance(outcome, orders.OrderConflictError)
    assert outcome.fields == ["order_id"]
    assert repository.kept == kept


def test_orders_of_faster_invocation_are_answered(repository: KeptInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    first = process(ORDER)
    kept = repository.kept.copy()
    answers: list[dict[str, KeptOrder]] = [{}, kept]  # the other invocation adds the order between the two

    def find_all(*_: object, **__: object) -> dict[str, KeptOrder]:
        return answers.pop(0)

    monkeypatch.setattr(repository, "find_all", find_all)
    assert process(ORDER, ANOTHER) == first | {"A-2": repository.kept["A-2"].confirmation}


def test_too_large_order_is_rejected(repository: KeptInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    def add_all(orders: Collection[KeptOrder], *, deadline: float) -> dict[str, AddResult]:
        del deadline
        return {order.order_id: "too_large" for order in orders}

    monkeypatch.setattr(repository, "add_all", add_all)
    assert isinstance(process(ORDER)["A-1"], orders.OrderTooLargeError)


def test_orders_are_not_confirmed_unless_kept(
    repository: KeptInMemory,
    logs: Logs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise UnavailableError

    monkeypatch.setattr(repository, "add_all", fail)
    with pytest.raises(UnavailableError):
        process(ORDER)
    assert logs.lines == []


def test_no_order_keeps_others_from_being_processed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_for_one(order: Order, *, currency: str, free_shipping_from: int) -> Confirmation:
        if order == ORDER:
            raise RuntimeError
        return confirm_order(order, currency=currency, free_shipping_from=free_shipping_from)

    monkeypatch.setattr(orders, "confirm_order", fail_for_one)
    failed, confirmed = process(ORDER, ANOTHER).values()
    assert isinstance(failed, RuntimeError)
    assert isinstance(confirmed, dict)


def test_unknown_product_is_rejected_by_field(repository: KeptInMemory) -> None:
    order = Order(order_id="A-1", lines=[OrderLine(sku="MUG-001", quantity=1), OrderLine(sku="XXX-001", quantity=1)])
    outcome = process(order)["A-1"]
    assert isinstance(outcome, orders.RejectedOrderError)
    assert [(error.field, error.code) for error in outcome.errors] == [("lines.1.sku", "unknown_product")]
    assert str(outcome) == "lines.1.sku: This product is not sold"
    assert repository.kept == {}
