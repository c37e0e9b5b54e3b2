import pytest

from {{ cookiecutter.__package }} import orders
from {{ cookiecutter.__package }}.models import Delivery, Order, OrderLine
from {{ cookiecutter.__package }}.repository import AddResult, KeptOrder, UnavailableError

from tests.support import Logs
from tests.unit.conftest import KeptInMemory

ORDER = Order(order_id="A-1", lines=[OrderLine(sku="MUG-001", quantity=1)])
OTHER = Order(order_id="A-1", lines=[OrderLine(sku="MUG-001", quantity=2)])


class LaterOrder(Order):
    """An order in a later version, with another default and a new field."""

    delivery: Delivery = "express"
    note: str = ""


def test_confirmed_order_is_kept_and_logged_by_id(repository: KeptInMemory, logs: Logs) -> None:
    confirmation = orders.process_order(ORDER)
    assert confirmation["currency"] == orders.settings.currency
    assert repository.kept["A-1"].confirmation == confirmation
    (line,) = logs.lines
    assert (line["message"], line["order_id"]) == ("Order confirmed", "A-1")


def test_known_order_is_answered_as_before(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    first = orders.process_order(ORDER)
    monkeypatch.setattr(orders, "confirm_order", None)  # whatever became of products and prices
    assert orders.process_order(ORDER) == first
    assert [line["message"] for line in logs.lines] == ["Order confirmed", "Order known"]


def test_later_version_knows_the_order() -> None:
    first = orders.process_order(ORDER)
    assert orders.process_order(LaterOrder.model_validate(ORDER.model_dump(exclude_unset=True))) == first


def test_id_of_another_order_is_a_conflict(repository: KeptInMemory) -> None:
    orders.process_order(ORDER)
    kept = repository.kept.copy()
    with pytest.raises(orders.OrderConflictError) as caught:
        orders.process_order(OTHER)
    assert [error.field for error in caught.value.errors] == ["order_id"]
    assert repository.kept == kept


def test_faster_invocation_is_answered_as_well(repository: KeptInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    first = orders.process_order(ORDER)
    answers = [None, repository.kept["A-1"]]  # the other invocation adds the order between the two

    def find(_: str) -> KeptOrder | None:
        return answers.pop(0)

    monkeypatch.setattr(repository, "find", find)
    assert orders.process_order(ORDER) == first


def test_too_large_order_is_rejected(repository: KeptInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    def add(_: KeptOrder) -> AddResult:
        return "too_large"

    monkeypatch.setattr(repository, "add", add)
    with pytest.raises(orders.OrderTooLargeError, match="too large to be kept"):
        orders.process_order(ORDER)


def test_order_is_not_confirmed_unless_kept(
    repository: KeptInMemory,
    logs: Logs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: object) -> None:
        raise UnavailableError

    monkeypatch.setattr(repository, "add", fail)
    with pytest.raises(UnavailableError):
        orders.process_order(ORDER)
    assert logs.lines == []


def test_unknown_product_is_rejected_by_field(repository: KeptInMemory) -> None:
    order = Order(order_id="A-1", lines=[OrderLine(sku="MUG-001", quantity=1), OrderLine(sku="XXX-001", quantity=1)])
    with pytest.raises(orders.RejectedOrderError, match=r"^lines\.1\.sku: This product is not sold$") as caught:
        orders.process_order(order)
    assert [(error.field, error.code) for error in caught.value.errors] == [("lines.1.sku", "unknown_product")]
    assert repository.kept == {}
