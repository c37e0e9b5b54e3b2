{% block stdlib %}
import uuid
{% endblock %}
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session
from botocore.stub import Stubber

{% block module %}{% endblock %}
from {{ cookiecutter.__package }}.orders import settings
{% block repository %}
from {{ cookiecutter.__package }}.repository import (
    CONFIG,
    AccessError,
    DynamoDBOrders,
    KeptOrder,
    UnavailableError,
    create_client,
    from_attribute,
    make_item,
    read_item,
    to_attribute,
)
{% endblock %}

CLIENT = create_client()


def kept_order(**parts: Any) -> KeptOrder:
    """Return an order with a new id."""
    return KeptOrder(order_id=str(uuid.uuid4()), order={"lines": []}, confirmation={"total": 2500} | parts)


@pytest.fixture
def repository() -> DynamoDBOrders:
    return DynamoDBOrders(CLIENT, settings.orders_table)


{% block calls %}
def failing(code: str, status: int = 400, message: str = "") -> DynamoDBOrders:
    """Return a repository whose first call fails."""
    client = create_client()
    stubber = Stubber(client)
    stubber.add_client_error("get_item", code, message, http_status_code=status)
    stubber.add_client_error("put_item", code, message, http_status_code=status)
    stubber.activate()
    return DynamoDBOrders(client, settings.orders_table)


def test_added_order_is_found(repository: DynamoDBOrders) -> None:
    order = kept_order()
    assert repository.find(order.order_id) is None
    assert repository.add(order) == "added"
    assert repository.find(order.order_id) == order


def test_known_order_stays_as_it_is(repository: DynamoDBOrders) -> None:
    order = kept_order()
    repository.add(order)
    assert repository.add(kept_order().model_copy(update={"order_id": order.order_id})) == "known"
    assert repository.find(order.order_id) == order
{% endblock %}


class LaterKeptOrder(KeptOrder):
    """What a later version keeps."""

    note: str = ""


def test_item_of_later_version_is_read() -> None:
    order = kept_order(note="of a later version")
    assert read_item(make_item(order) | {"expires": {"N": "1"}}) == order


def test_item_of_earlier_version_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    order = kept_order()
    monkeypatch.setattr("{{ cookiecutter.__package }}.repository.KeptOrder", LaterKeptOrder)
    assert read_item(make_item(order)) == LaterKeptOrder(**dict(order))


{% block too_large %}
def test_order_may_be_too_large(repository: DynamoDBOrders) -> None:
    order = kept_order(note="x" * 400 * 1024)
    assert repository.add(order) == "too_large"
    assert repository.find(order.order_id) is None
{% endblock %}


@pytest.mark.parametrize(
    "value", [None, True, "", "text", 0, -5, 10**37, Decimal("0.10"), [], [1, {"a": [None]}], {}, {"a": {"b": False}}]
)
def test_value_is_read_as_it_was_kept(value: object) -> None:
    read = from_attribute(to_attribute(value))
    assert (read, type(read)) == (value, type(value))


def test_float_is_refused() -> None:
    with pytest.raises(TypeError, match="float cannot be kept"):
        to_attribute({"total": 0.1})


{% block errors %}
@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 400),
        ("ProvisionedThroughputExceededException", 400),
        ("TransactionConflictException", 400),
        ("InternalServerError", 500),
        ("ServiceUnavailable", 503),
    ],
)
def test_temporary_error_can_be_retried(code: str, status: int) -> None:
    with pytest.raises(UnavailableError):
        failing(code, status).find("A-1")


def test_unreachable_table_can_be_retried() -> None:
    client = Session().create_client("dynamodb", config=CONFIG, endpoint_url="http://127.0.0.1:1")
    with pytest.raises(UnavailableError):
        DynamoDBOrders(client, settings.orders_table).find("A-1")


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
def test_missing_permission_is_told_apart(code: str) -> None:
    with pytest.raises(AccessError, match=r"dynamodb:GetItem"):
        failing(code, message="not authorized to perform: dynamodb:GetItem").find("A-1")


def test_other_errors_stay_as_they_are() -> None:
    repository = failing("ValidationException", message="The table does not have the specified key.")
    with pytest.raises(ClientError, match="specified key"):
        repository.find("A-1")
    with pytest.raises(ClientError, match="specified key"):
        repository.add(kept_order())
{% endblock %}
