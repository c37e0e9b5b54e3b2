"""Keeps orders in a DynamoDB table."""

{% block stdlib %}
from collections.abc import Generator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Literal, Protocol
{% endblock %}

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.session import Session

from .models import Model

# Within the function's timeout, a call must fail early enough to say so: in an outage, one takes about 3 seconds, two
# attempts and a pause. A healthy table responds in milliseconds.
CONFIG = Config(connect_timeout=1, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 2})
# "Error handling with DynamoDB" says of these, and of all with status 5xx, that a retry may succeed.
TEMPORARY = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
}
{% block constants %}{% endblock %}

AddResult = Literal["added", "known", "too_large"]
"""`known`: there is an order with this id already. `too_large`: DynamoDB keeps at most 400 KB in an item."""


class UnavailableError(Exception):
    """The table is throttled, fails, or cannot be reached; retry later."""


class AccessError(Exception):
    """The function may not use the table, or there is none: its role, or ORDERS_TABLE, must change."""


class KeptOrder(Model):
    """An order and the answer to it, as they were then: later versions of the models do not change them."""

    order_id: str
    order: dict[str, Any]
    """What the customer sent, without defaults."""
    confirmation: dict[str, Any]


{% block repository %}
class OrderRepository(Protocol):
    """Where orders are kept."""

    def find(self, order_id: str) -> KeptOrder | None:
        """Return the order with this id, None if there is none."""

    def add(self, order: KeptOrder) -> AddResult:
        """Keep `order`, unless there is one with its id."""


class DynamoDBOrders:
    """Orders in a DynamoDB table with the partition key `order_id`.

    All methods raise `UnavailableError` or `AccessError` if DynamoDB does not respond as it should.
    """

    def __init__(self, client: Any, table: str) -> None:
        """Use the table named `table`."""
        self._client = client
        self._table = table

    def find(self, order_id: str) -> KeptOrder | None:
        """Return the order with this id, None if there is none; what was added before is always seen."""
        with table_errors():
            response = self._client.get_item(
                TableName=self._table,
                Key={"order_id": {"S": order_id}},
                ConsistentRead=True,
            )
        return read_item(response["Item"]) if "Item" in response else None

    def add(self, order: KeptOrder) -> AddResult:
        """Keep `order`, unless there is one with its id: of two invocations at the same time, one adds it."""
        try:
            with table_errors():
                self._client.put_item(
                    TableName=self._table,
                    Item=make_item(order),
                    ConditionExpression="attribute_not_exists(order_id)",
                )
        except self._client.exceptions.ConditionalCheckFailedException:
            return "known"
        except ClientError as error:
            if is_too_large(error):
                return "too_large"
            raise
        return "added"
{% endblock %}


{% block functions %}{% endblock %}
def create_client() -> Any:
    """Return a client of DynamoDB, made by botocore alone: boto3 would add a tenth to what it adds to a cold start."""
    return Session().create_client("dynamodb", config=CONFIG)


@contextmanager
def table_errors() -> Generator[None]:
    """Tell apart the errors that a retry may solve, and those that only a deployment can."""
    try:
        yield
    except (HTTPClientError, NoConnectionError) as error:
        raise UnavailableError(str(error)) from error
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        if code in TEMPORARY or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise UnavailableError(message) from error
        if code in {"AccessDeniedException", "ResourceNotFoundException"}:
            raise AccessError(message) from error
        raise


def is_too_large(error: ClientError) -> bool:
    """Return whether `error` says that an item is too large; it has the code of all invalid requests."""
    return error.response["Error"]["Code"] == "ValidationException" and "size" in error.response["Error"]["Message"]


def make_item(order: KeptOrder) -> dict[str, Any]:
    """Return the item for `order`."""
    return {name: to_attribute(value) for name, value in order.model_dump(mode="json").items()}


def read_item(item: dict[str, Any]) -> KeptOrder:
    """Return the order in `item`; other versions of this code may have written more attributes, or fewer."""
    return KeptOrder(**{name: from_attribute(item[name]) for name in KeptOrder.model_fields if name in item})


def to_attribute(value: object) -> dict[str, Any]:
    """Return `value` as DynamoDB's API has it, with its type, such as `{"S": "text"}`.

    Raises:
        TypeError: a number is a float, which DynamoDB would not return as it was; use an integer or a `Decimal`.
    """
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | Decimal():
            return {"N": str(value)}
        case list():
            return {"L": [to_attribute(each) for each in value]}
        case dict():
            return {"M": {name: to_attribute(each) for name, each in value.items()}}
        case _:
            message = f"{type(value).__name__} cannot be kept; use an integer or a Decimal for a number"
            raise TypeError(message)


{% include 'storage/base/from_attribute.py' %}
