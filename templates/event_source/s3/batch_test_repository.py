{% extends 'storage/dynamodb/test_repository.py' %}
{% block stdlib %}
import time
import uuid
from collections.abc import Callable
{% endblock %}
{% block module %}
from {{ cookiecutter.__package }} import repository as module
{% endblock %}
{% block repository %}
from {{ cookiecutter.__package }}.repository import (
    CONFIG,
    MAX_BATCH,
    AccessError,
    AddResult,
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
{% block calls %}
def find(repository: DynamoDBOrders, *orders: KeptOrder, seconds: float = 10) -> list[KeptOrder]:
    """Return the orders that are kept, in the order of `orders`."""
    found = repository.find_all([order.order_id for order in orders], deadline=time.monotonic() + seconds)
    return [found[order.order_id] for order in orders if order.order_id in found]


def add(repository: DynamoDBOrders, *orders: KeptOrder, seconds: float = 10) -> list[AddResult]:
    """Return the result for each of `orders`."""
    results = repository.add_all(orders, deadline=time.monotonic() + seconds)
    return [results[order.order_id] for order in orders]


Call = Callable[..., object]
# What calls DynamoDB, and the operation.
CALLS: list[tuple[Call, str]] = [(find, "batch_get_item"), (add, "transact_write_items")]


def test_added_orders_are_found(repository: DynamoDBOrders) -> None:
    orders = [kept_order() for _ in range(MAX_BATCH)]
    assert find(repository, *orders) == []
    assert add(repository, *orders) == ["added"] * MAX_BATCH
    assert find(repository, *orders) == orders


def test_known_orders_stay_as_they_are(repository: DynamoDBOrders) -> None:
    known, new = kept_order(), kept_order()
    add(repository, known)
    other = kept_order(total=1).model_copy(update={"order_id": known.order_id})
    assert add(repository, other, new) == ["known", "added"]
    assert find(repository, known, new) == [known, new]
{% endblock %}
{% block too_large %}
def test_order_may_be_too_large(repository: DynamoDBOrders) -> None:
    large, new = kept_order(note="x" * 400 * 1024), kept_order()
    assert add(repository, large, new) == ["too_large", "added"]
    assert find(repository, large, new) == [new]
{% endblock %}
{% block errors %}
def stubbed() -> tuple[DynamoDBOrders, Stubber]:
    """Return a repository, and what determines its responses."""
    client = create_client()
    stubber = Stubber(client)
    stubber.activate()
    return DynamoDBOrders(client, settings.orders_table), stubber


def failing(operation: str, code: str, status: int = 400, message: str = "") -> DynamoDBOrders:
    """Return a repository whose calls fail."""
    repository, stubber = stubbed()
    for _ in range(100):
        stubber.add_client_error(operation, code, message, http_status_code=status)
    return repository


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, which take no time."""
    seen: list[float] = []
    monkeypatch.setattr(module, "sleep", seen.append)
    monkeypatch.setattr(module, "monotonic", lambda: time.monotonic() + sum(seen))
    return seen


def test_unprocessed_keys_are_read_again(pauses: list[float]) -> None:
    orders = [kept_order(), kept_order()]
    repository, stubber = stubbed()
    table = settings.orders_table
    left: dict[str, Any] = {table: {"Keys": [{"order_id": {"S": orders[1].order_id}}]}}
    for each, unprocessed in zip(orders, (left, dict[str, Any]()), strict=True):
        response = {"Responses": {table: [make_item(each)]}, "UnprocessedKeys": unprocessed}
        stubber.add_response("batch_get_item", response)
    assert find(repository, *orders) == orders
    assert len(pauses) == 1


@pytest.mark.parametrize("code", ["None", "ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"])
def test_cancelled_transaction_is_tried_again(pauses: list[float], code: str) -> None:
    repository, stubber = stubbed()
    stubber.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        modeled_fields={"CancellationReasons": [{"Code": code}]},
    )
    stubber.add_response("transact_write_items", {})
    assert add(repository, kept_order()) == ["added"]
    assert len(pauses) == 1


def test_reason_may_be_the_size() -> None:
    repository, stubber = stubbed()
    reasons = [{"Code": "None"}, {"Code": "ValidationError", "Message": "Item size to update has exceeded the maximum"}]
    stubber.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        modeled_fields={"CancellationReasons": reasons},
    )
    stubber.add_response("transact_write_items", {})
    assert add(repository, kept_order(), kept_order()) == ["added", "too_large"]


def test_reason_that_no_retry_helps_is_raised() -> None:
    repository, stubber = stubbed()
    reason = {"Code": "ValidationError", "Message": "The table does not have the specified key."}
    stubber.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        modeled_fields={"CancellationReasons": [reason]},
    )
    with pytest.raises(AccessError, match="ValidationError: The table does not have"):
        add(repository, kept_order())


@pytest.mark.parametrize(("call", "operation"), CALLS)
@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 400),
        ("ProvisionedThroughputExceededException", 400),
        ("InternalServerError", 500),
        ("ServiceUnavailable", 503),
    ],
)
def test_temporary_errors_are_tried_until_the_deadline(
    call: Call,
    operation: str,
    code: str,
    status: int,
    pauses: list[float],
) -> None:
    with pytest.raises(UnavailableError, match="the time is over"):
        call(failing(operation, code, status), kept_order())
    assert 8 < sum(pauses) < 13


def test_unreachable_table_can_be_retried() -> None:
    client = Session().create_client("dynamodb", config=CONFIG, endpoint_url="http://127.0.0.1:1")
    with pytest.raises(UnavailableError):
        find(DynamoDBOrders(client, settings.orders_table), kept_order(), seconds=0.01)


@pytest.mark.parametrize(("call", "operation"), CALLS)
@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
def test_missing_permission_is_told_apart(call: Call, operation: str, code: str) -> None:
    with pytest.raises(AccessError, match="not authorized"):
        call(failing(operation, code, message="not authorized to perform this"), kept_order())


@pytest.mark.parametrize(("call", "operation"), CALLS)
def test_other_errors_stay_as_they_are(call: Call, operation: str) -> None:
    repository = failing(operation, "ValidationException", message="The table does not have the specified key.")
    with pytest.raises(ClientError, match="specified key"):
        call(repository, kept_order())
{% endblock %}
