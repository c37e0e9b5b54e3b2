{% extends 'event_source/base/stream_test_handler.py' %}
{% block third_party %}
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
{% endblock %}
{% block record %}
def record_with(number: str) -> Event:
    """Return a record with this sequence number."""
    return {"eventSource": SOURCE, "eventName": "INSERT", "dynamodb": {"SequenceNumber": number}}


{% endblock %}
{% block order_record %}
def order_in(record: Event) -> dict[str, Any]:
    """Return the order in `record`."""
    order: dict[str, Any] = TypeDeserializer().deserialize({"M": record["dynamodb"]["NewImage"]})
    return order


def with_order(record: Event, order: dict[str, Any]) -> Event:
    """Return `record` with another order."""
    return record | {"dynamodb": record["dynamodb"] | {"NewImage": TypeSerializer().serialize(order)["M"]}}


def test_removed_item_is_processed_without_effect(record: Event, context: LambdaContext, logs: Logs) -> None:
    assert send([record | {"eventName": "REMOVE"}], context) is None
    assert [line["message"] for line in logs.lines] == ["Item removed"]


{% endblock %}
