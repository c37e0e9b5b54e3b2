import base64
import hashlib
import json
from typing import Any

import pytest

from {{ cookiecutter.__package }} import records
from {{ cookiecutter.__package }}.orders import RejectedOrderError

from tests.support import Event

MARKER = "do-not-log-me"


def with_data(data: bytes) -> Event:
    """Return a record with `data`."""
    return {"kinesis": {"sequenceNumber": "1", "data": base64.b64encode(data).decode()}}


def aggregated(*parts: bytes) -> bytes:
    """Return data as the Kinesis Producer Library aggregates it: a magic number, a message, and its MD5."""
    message = b"\x0a\x011" + b"".join(b"\x1a" + bytes([len(part)]) + part for part in parts)
    return b"\xf3\x89\x9a\xc2" + message + hashlib.md5(message, usedforsecurity=False).digest()


def test_order_is_read_from_data(event: Event) -> None:
    (record,) = event["Records"]
    sent = json.loads(base64.b64decode(record["kinesis"]["data"]))
    assert records.read_order(record).model_dump(mode="json") == sent
{% if cookiecutter.idempotency %}
    assert records.read_sent(record) == sent
{% endif %}


def test_aggregated_record_is_rejected_with_the_setting(event: Event) -> None:
    data = base64.b64decode(event["Records"][0]["kinesis"]["data"])
    with pytest.raises(RejectedOrderError, match="AggregationEnabled") as caught:
        records.read_order(with_data(aggregated(data[:100], data[100:])))
    assert caught.value.fields == ["(all)"]


@pytest.mark.parametrize(
    "data",
    [b"", b"\xf3\x89\x9a", b"\xff", b"{", b"null", b"[]", json.dumps({MARKER: 1}).encode(), MARKER.encode()],
)
def test_invalid_data_is_rejected_without_echo(data: bytes) -> None:
    with pytest.raises(RejectedOrderError) as caught:
        records.read_order(with_data(data))
    assert MARKER not in str(caught.value)


@pytest.mark.parametrize("record", [{}, {"kinesis": None}, {"kinesis": {"data": "A"}}])
def test_incomplete_record_is_no_rejection(record: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        records.read_order(record)
