{% extends 'storage/dynamodb/repository.py' %}
{% block stdlib %}
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from random import SystemRandom
from time import monotonic, sleep
from typing import Any, Literal, Protocol
{% endblock %}
{% block constants %}
# The most items that DynamoDB reads or writes at once. A hundred of the largest orders are far below its limit of 4 MB.
MAX_BATCH = 100
# What an item's reason is called if the transaction may succeed later; with `None`, the item was not the cause.
RETRIED = {"None", "ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"}
LONGEST_PAUSE = 2.0  # seconds
{% endblock %}
{% block repository %}
class OrderRepository(Protocol):
    """Where orders are kept."""

    def find_all(self, order_ids: Collection[str], *, deadline: float) -> dict[str, KeptOrder]:
        """Return those of the orders with these ids that are kept, by id."""

    def add_all(self, orders: Collection[KeptOrder], *, deadline: float) -> dict[str, AddResult]:
        """Keep those of `orders` whose id is not known; return the result for each id."""


class DynamoDBOrders:
    """Orders in a DynamoDB table with the partition key `order_id`, at most `MAX_BATCH` at a time.

    What DynamoDB leaves unprocessed is tried again until `deadline`, a value of `time.monotonic()`. All methods raise
    `UnavailableError` or `AccessError` if DynamoDB does not respond as it should.
    """

    def __init__(self, client: Any, table: str) -> None:
        """Use the table named `table`."""
        self._client = client
        self._table = table

    def find_all(self, order_ids: Collection[str], *, deadline: float) -> dict[str, KeptOrder]:
        """Return those of the orders with these ids that are kept, by id; what was added before is always seen."""
        found: list[dict[str, Any]] = []
        keys = [{"order_id": {"S": order_id}} for order_id in order_ids]
        attempts = count_attempts(deadline)
        while keys:
            next(attempts)
            with suppress(UnavailableError):
                items, keys = self._get(keys)
                found += items
        return {order.order_id: order for order in map(read_item, found)}

    def _get(self, keys: list[Any]) -> tuple[list[dict[str, Any]], list[Any]]:
        """Return the items that DynamoDB found, and the keys that it left unprocessed."""
        with table_errors():
            response = self._client.batch_get_item(RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}})
        unprocessed = response["UnprocessedKeys"].get(self._table, {})
        return response["Responses"].get(self._table, []), unprocessed.get("Keys", [])

    def add_all(self, orders: Collection[KeptOrder], *, deadline: float) -> dict[str, AddResult]:
        """Keep those of `orders` whose id is not known; return the result for each id."""
        waiting = list(orders)
        results: dict[str, AddResult] = {}
        attempts = count_attempts(deadline)
        while waiting:
            next(attempts)
            with suppress(UnavailableError):
                results |= self._add_all_or_none(waiting)
                waiting = [order for order in waiting if order.order_id not in results]
        return results

    def _add_all_or_none(self, orders: list[KeptOrder]) -> dict[str, AddResult]:
        """Return the result for each order, or for those because of which none was added.

        This is a transaction, because a batch of writes cannot have conditions: it would replace known orders.
        """
        conditional = {"TableName": self._table, "ConditionExpression": "attribute_not_exists(order_id)"}
        actions = [{"Put": conditional | {"Item": make_item(order)}} for order in orders]
        try:
            with table_errors():
                self._client.transact_write_items(TransactItems=actions)
        except self._client.exceptions.TransactionCanceledException as error:
            ids = (order.order_id for order in orders)
            reasons = map(read_reason, error.response["CancellationReasons"])
            return {order_id: result for order_id, result in zip(ids, reasons, strict=True) if result}
        except ClientError as error:
            if is_too_large(error):  # which does not say whose
                return self._add_halves(orders)
            raise
        return {order.order_id: "added" for order in orders}

    def _add_halves(self, orders: list[KeptOrder]) -> dict[str, AddResult]:
        """Return the result for each of `orders`, which are too large together, or one of which is."""
        if len(orders) == 1:
            return {orders[0].order_id: "too_large"}
        middle = len(orders) // 2
        return self._add_all_or_none(orders[:middle]) | self._add_all_or_none(orders[middle:])
{% endblock %}
{% block functions %}
def count_attempts(deadline: float) -> Iterator[int]:
    """Count attempts, with a pause after each; the pauses become longer, and are random, so that clients spread.

    Raises:
        UnavailableError: the time is over.
    """
    attempt = 0
    while monotonic() < deadline:
        yield attempt
        sleep(SystemRandom().uniform(0, min(LONGEST_PAUSE, 2**attempt / 20)))
        attempt += 1
    message = "the time is over, and DynamoDB has not processed all items"
    raise UnavailableError(message)


def read_reason(reason: dict[str, str]) -> AddResult | None:
    """Return what the reason for a cancellation says of its item, None if the item can be tried again.

    Raises:
        AccessError: neither a retry nor another item would help.
    """
    match reason:
        case {"Code": "ConditionalCheckFailed"}:
            return "known"
        case {"Code": code} if code in RETRIED:
            return None
        case {"Code": "ValidationError", "Message": message} if "size" in message:
            return "too_large"
        case _:
            message = f"{reason['Code']}: {reason.get('Message')}"
            raise AccessError(message)


{% endblock %}
