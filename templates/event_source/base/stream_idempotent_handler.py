{% extends 'event_source/' ~ cookiecutter.event_source ~ '/handler.py' %}
{% block idempotency %}
from .idempotency import process_order_once
{% endblock %}
{% block orders %}
from .orders import RejectedOrderError, health_check_response
from .records import SOURCE, Record, read_order, read_sent, sequence_number
{% endblock %}
{% block process %}
def process_order_in(record: Record, context: LambdaContext) -> None:
    """Process the order in `record`, once for each order id: a sender may put it into the stream again."""
    order = read_order(record)
    process_order_once(order, sent=read_sent(record), key=order.order_id, context=context)
{% endblock %}
{% block argument %}, context{% endblock %}
