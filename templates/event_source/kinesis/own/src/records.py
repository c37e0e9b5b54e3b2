"""The records of a Kinesis data stream: the position of each in its shard, and the order in its data."""

import base64
{% if cookiecutter.idempotency %}
import json
{% endif %}
from typing import Any

from pydantic import ValidationError

from .models import FieldError, Order, field_errors
from .orders import RejectedOrderError

SOURCE = "aws:kinesis"
# How a record begins into which the Kinesis Producer Library has aggregated several. No JSON does, so the checksum at
# its end need not be compared.
AGGREGATED = b"\xf3\x89\x9a\xc2"

Record = dict[str, Any]


def sequence_number(record: Record) -> str:
    """Return the sequence number of `record`, which grows within a shard."""
    number: str = record["kinesis"]["sequenceNumber"]
    return number


def read_order(record: Record) -> Order:
    """Return the order in the data of `record`.

    Raises:
        RejectedOrderError: the record is aggregated, its data is not JSON, or its order is invalid.
    """
    data = read_data(record)
    if data.startswith(AGGREGATED):
        message = "The Kinesis Producer Library aggregated this record: senders must set AggregationEnabled to false"
        raise RejectedOrderError([FieldError(field="", code="aggregated_record", message=message)])
    try:
        return Order.model_validate_json(data)
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original error would echo input


{% if cookiecutter.idempotency %}
def read_sent(record: Record) -> Any:
    """Return the order in the data of `record` as it was sent, decoded from JSON."""
    return json.loads(read_data(record))


{% endif %}
def read_data(record: Record) -> bytes:
    """Return the data of `record`."""
    return base64.b64decode(record["kinesis"]["data"])
