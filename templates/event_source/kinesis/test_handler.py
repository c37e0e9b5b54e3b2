{% extends 'event_source/base/stream_test_handler.py' %}
{% block stdlib %}
import base64
import json
{% endblock %}
{% block record %}
def record_with(number: str) -> Event:
    """Return a record with this sequence number."""
    return {"eventSource": SOURCE, "kinesis": {"sequenceNumber": number, "partitionKey": "A", "data": ""}}


{% endblock %}
{% block order_record %}
def order_in(record: Event) -> dict[str, Any]:
    """Return the order in `record`."""
    order: dict[str, Any] = json.loads(base64.b64decode(record["kinesis"]["data"]))
    return order


def with_order(record: Event, order: dict[str, Any]) -> Event:
    """Return `record` with another order."""
    data = base64.b64encode(json.dumps(order).encode()).decode()
    return record | {"kinesis": record["kinesis"] | {"data": data}}


{% endblock %}
