{% extends 'event_source/base/stream_test_function.py' %}
{% block stdlib %}
import base64
{% endblock %}
{% block order %}
def new_record(event: Event) -> Event:
    """Return the record of `event` with a new order id, and a new sequence number."""
    record: Event = event["Records"][0]
    number = uuid.uuid4().int
    order = json.loads(base64.b64decode(record["kinesis"]["data"])) | {"order_id": str(uuid.uuid4())}
    data = base64.b64encode(json.dumps(order).encode()).decode()
    return record | {"kinesis": record["kinesis"] | {"sequenceNumber": str(number), "data": data}}


def sequence_number(record: Event) -> str:
    number: str = record["kinesis"]["sequenceNumber"]
    return number


{% endblock %}
