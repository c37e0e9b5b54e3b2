"""The table of orders is what a model says, whatever fails, is throttled, or is answered to another invocation.

Orders are new, repeated, in conflict or invalid; each request to DynamoDB may be throttled, get no connection, lose its
response, or come after another invocation has kept an order with the same id.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from time import monotonic
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.project import PACKAGE

orders, models, repository = (import_module(f"{PACKAGE}.{name}") for name in ("orders", "models", "repository"))

LINES = {"price": ["MUG-001"], "other": ["PEN-001"], "both": ["MUG-001", "PEN-001"], "unknown": ["XXX-001"]}
CONTENTS = st.sampled_from(list(LINES))
FAULTS = st.sampled_from(["", "", "throttled", "unreachable", "lost", "faster", "faster"])
# One order at a time, or several with different ids; and what becomes of the first requests.
STEPS = st.lists(
    st.tuples(st.dictionaries(st.sampled_from("ABC"), CONTENTS, min_size=1), st.lists(FAULTS, max_size=6)),
    min_size=1,
    max_size=6,
)
THROTTLED = json.dumps({"__type": "ThrottlingException", "message": "Rate exceeded"}).encode()

# Classes of the project, and of botocore, which have no types here.
Client = Order = Outcome = Request = Response = Any
Kept = dict[str, tuple[dict[str, Any], dict[str, Any]]]  # the order and the confirmation, by id


class Body:
    """The body of a response, as botocore reads it."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield THROTTLED


def make_order(order_id: str, content: str) -> Order:
    """Return an order; its id is unique in the table."""
    return models.Order(order_id=order_id, lines=[{"sku": sku, "quantity": 1} for sku in LINES[content]])


def is_kept(kept: Kept, order: Order) -> bool:
    """Return whether `order` itself is kept, not another one with its id."""
    return order.order_id in kept and kept[order.order_id][0] == orders.as_sent(order)


class Table:
    """The table, through a client of its own that never fails."""

    def __init__(self) -> None:
        self.client = repository.create_client()

    def read(self, ids: list[str]) -> Kept:
        kept: Kept = {}
        for order_id in ids:
            key = {"order_id": {"S": order_id}}
            response = self.client.get_item(TableName=orders.settings.orders_table, Key=key, ConsistentRead=True)
            if "Item" in response:
                item = repository.read_item(response["Item"])
                kept[order_id] = item.order, item.confirmation
        return kept

    def add(self, order: Order, kept: Kept) -> None:
        """Keep `order` as another invocation would, unless its id is known; add what is there then to `kept`."""
        if order.order_id not in self.read([order.order_id]):
            item = repository.make_item(orders.confirm(order))
            self.client.put_item(TableName=orders.settings.orders_table, Item=item)
        kept |= self.read([order.order_id])


@contextmanager
def failing(client: Client, faults: list[str], faster: Callable[[], None]) -> Iterator[None]:
    """Let the next requests of `client` meet `faults`, one each, until the block ends."""
    left = iter(faults)
    session = client._endpoint.http_session  # noqa: SLF001 - there is no other place for a lost response
    send = session.send

    def send_or_fail(request: Request) -> Response:
        match next(left, ""):
            case "throttled":
                return AWSResponse(request.url, 400, {}, Body())
            case "unreachable":
                raise ConnectTimeoutError(endpoint_url=request.url)
            case "lost":
                send(request)
                raise ReadTimeoutError(endpoint_url=request.url)
            case "faster":
                faster()
        return send(request)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(session, "send", send_or_fail)
        patched.setattr("botocore.endpoint.time.sleep", lambda _: None)
        yield


def process(batch: list[Order], *, seconds: float) -> dict[str, Any]:
    """Return the confirmation of each order, or the error, by id."""
    if hasattr(orders, "process_orders"):
        try:
            found: dict[str, Any] = orders.process_orders(batch, deadline=monotonic() + seconds)
        except repository.UnavailableError as error:
            return dict.fromkeys((order.order_id for order in batch), error)
        return found
    return {order.order_id: process_alone(order) for order in batch}


def process_alone(order: Order) -> Outcome:
    """Return the confirmation of `order`, or the error."""
    try:
        return orders.process_order(order)
    except (orders.RejectedOrderError, repository.UnavailableError) as error:
        return error


def check(order: Order, outcome: Outcome, before: Kept, after: Kept, *, may_be_unavailable: bool) -> None:
    """Fail if the model does not allow this outcome, or what has become of the table."""
    order_id = order.order_id
    assert order_id not in before or after[order_id] == before[order_id], "a kept order never changes"
    match outcome:
        case dict():
            assert is_kept(after, order)
            assert outcome == after[order_id][1]
        case orders.OrderConflictError():
            assert order_id in after
            assert not is_kept(after, order)
        case orders.RejectedOrderError():
            assert not is_kept(after, order)
            assert {line.sku for line in order.lines} == {"XXX-001"}
        case repository.UnavailableError():
            assert may_be_unavailable
        case _:
            pytest.fail(repr(outcome))


@given(steps=STEPS, other=st.sampled_from(["price", "other"]))
@settings(max_examples=40, deadline=None)
def test_table_is_what_the_model_says(steps: list[tuple[dict[str, str], list[str]]], other: str) -> None:
    run, table, client = uuid.uuid4().hex, Table(), repository.create_client()
    patched = pytest.MonkeyPatch()
    patched.setattr(orders, "repository", repository.DynamoDBOrders(client, orders.settings.orders_table))
    ids = [f"{letter}-{run}" for letter in "ABC"]
    try:
        for contents, faults in steps:
            batch = [make_order(f"{letter}-{run}", content) for letter, content in contents.items()]
            before = table.read(ids)
            rival = make_order(batch[0].order_id, other)
            with failing(client, faults, partial(table.add, rival, before)):
                outcomes = process(batch, seconds=0.3)
            after = table.read(ids)
            assert after.keys() <= before.keys() | outcomes.keys()
            for order in batch:
                check(order, outcomes[order.order_id], before, after, may_be_unavailable=any(faults))
    finally:
        patched.undo()


@given(contents=st.dictionaries(st.sampled_from("ABC"), CONTENTS, min_size=1), faults=st.lists(FAULTS, max_size=6))
@settings(max_examples=20, deadline=None)
def test_retry_has_no_second_effect(contents: dict[str, str], faults: list[str]) -> None:
    """What failed is processed by a retry, and what was confirmed is answered in the same way."""
    run, client = uuid.uuid4().hex, repository.create_client()
    batch = [make_order(f"{letter}-{run}", content) for letter, content in contents.items()]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(orders, "repository", repository.DynamoDBOrders(client, orders.settings.orders_table))
        with failing(client, faults, lambda: None):
            first = process(batch, seconds=0.3)
        second = process(batch, seconds=10)
        assert process(batch, seconds=10).keys() == second.keys()
        for order in batch:
            confirmation, again = first[order.order_id], second[order.order_id]
            assert isinstance(again, orders.RejectedOrderError if "XXX-001" in str(order) else dict)
            assert again == confirmation or not isinstance(confirmation, dict)
