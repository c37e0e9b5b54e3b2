{% extends 'event_source/base/stream_test_function.py' %}
{% block third_party %}
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
{% endblock %}
{% block order %}
def new_record(event: Event) -> Event:
    """Return the record of `event` with a new order id, and a new sequence number."""
    record: Event = event["Records"][0]
    order = TypeDeserializer().deserialize({"M": record["dynamodb"]["NewImage"]}) | {"order_id": str(uuid.uuid4())}
    change = {"SequenceNumber": str(uuid.uuid4().int), "NewImage": TypeSerializer().serialize(order)["M"]}
    return record | {"dynamodb": record["dynamodb"] | change}


def sequence_number(record: Event) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


{% endblock %}
