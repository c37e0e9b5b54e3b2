import copy
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from {{ cookiecutter.__package }} import records
from {{ cookiecutter.__package }}.orders import RejectedOrderError

from tests.support import TEXT, Event, Logs

MARKER = "do-not-log-me"
# Numbers as DynamoDB keeps them: 38 digits, up to 126 of them before the decimal point.
NUMBERS = st.integers(-(10**38) + 1, 10**38 - 1) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=10
)
VALUES = st.recursive(
    st.none() | st.booleans() | TEXT | NUMBERS,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(TEXT, values, max_size=3),
    max_leaves=10,
)


@pytest.fixture
def record(event: Event) -> Event:
    """A record of a new order."""
    record: Event = copy.deepcopy(event["Records"][0])
    return record


def changed(record: Event, **fields: Any) -> Event:
    """Return a record of a change of the item in `record` to one with other `fields`."""
    images = record["dynamodb"]
    new = images["NewImage"] | TypeSerializer().serialize(fields)["M"]
    return record | {"eventName": "MODIFY", "dynamodb": images | {"OldImage": images["NewImage"], "NewImage": new}}


def removed(record: Event) -> Event:
    """Return a record of the removal of the item in `record`."""
    images = dict(record["dynamodb"])
    images["OldImage"] = images.pop("NewImage")
    return record | {"eventName": "REMOVE", "dynamodb": images}


def test_order_is_read_from_new_item(record: Event) -> None:
    sent = TypeDeserializer().deserialize({"M": record["dynamodb"]["NewImage"]})
    order = records.read_order(record)
    assert order is not None
    assert order.model_dump(mode="json") == sent
{% if cookiecutter.idempotency %}
    assert records.read_sent(record) == sent
{% endif %}


@pytest.mark.parametrize("item", [{}, {"order_id": "?"}, {MARKER: 1}, {"lines": {MARKER}}])
def test_invalid_item_is_rejected_without_echo(record: Event, item: dict[str, Any]) -> None:
    record["dynamodb"]["NewImage"] = TypeSerializer().serialize(item)["M"]
    with pytest.raises(RejectedOrderError) as caught:
        records.read_order(record)
    assert MARKER not in str(caught.value)


@pytest.mark.parametrize("quantity", ["1.5", "1E+125", "9" * 126, "-1", "0.1"])
def test_number_that_is_no_quantity_is_rejected(record: Event, quantity: str) -> None:
    record["dynamodb"]["NewImage"]["lines"]["L"][0]["M"]["quantity"]["N"] = quantity
    with pytest.raises(RejectedOrderError) as caught:
        records.read_order(record)
    assert caught.value.fields == ["lines.0.quantity"]


def test_changed_order_is_rejected_with_its_fields(record: Event) -> None:
    with pytest.raises(RejectedOrderError, match="changed after it was confirmed") as caught:
        records.read_order(changed(record, delivery="express", lines=[], note=MARKER))
    assert caught.value.fields == ["delivery", "lines"]


def test_change_outside_the_order_is_ignored(record: Event, logs: Logs) -> None:
    assert records.read_order(changed(record, expires=1795601730)) is None
    assert [line["message"] for line in logs.lines] == ["Item changed, order unchanged"]


@pytest.mark.parametrize(
    ("identity", "expired"),
    [({}, False), ({"userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"}}, True)],
)
def test_removed_item_is_ignored(record: Event, identity: Event, logs: Logs, *, expired: bool) -> None:
    assert records.read_order(removed(record) | identity) is None
    (line,) = logs.lines
    assert (line["level"], line["message"], line["expired"]) == ("INFO", "Item removed", expired)


@pytest.mark.parametrize("view", ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE"])
def test_stream_without_images_is_rejected_with_the_setting(record: Event, view: str) -> None:
    record["dynamodb"]["StreamViewType"] = view
    with pytest.raises(RejectedOrderError, match="NEW_AND_OLD_IMAGES"):
        records.read_order(record)


@given(value=VALUES)
def test_image_has_the_values_of_the_item(value: Any) -> None:
    read = records.read_image({"name": TypeSerializer().serialize(value)})["name"]
    assert read == value


def test_numbers_are_read_exactly() -> None:
    read = records.read_image({"fraction": {"N": "0.1"}, "large": {"N": "1" * 38}, "integer": {"N": "-7"}})
    assert read == {"fraction": Decimal("0.1"), "large": int("1" * 38), "integer": -7}
    assert {name: type(value) for name, value in read.items()} == {"fraction": Decimal, "large": int, "integer": int}


@pytest.mark.parametrize("record", [{}, {"eventName": "INSERT", "dynamodb": None}, {"eventName": "OTHER"}])
def test_incomplete_record_is_no_rejection(record: Any) -> None:
    with pytest.raises(ValueError, match="validation error"):
        records.read_order(record)
