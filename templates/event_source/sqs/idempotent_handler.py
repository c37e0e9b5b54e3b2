{% extends 'event_source/' ~ cookiecutter.event_source ~ '/handler.py' %}
{% block stdlib %}
import json
{% endblock %}
{% block idempotency %}
from .idempotency import process_order_once
{% endblock %}
{% block orders %}
from .orders import RejectedOrderError, health_check_response
{% endblock %}
{% block process %}
def process_message(record: Record, context: LambdaContext) -> None:
    """Process the order in the body of a message, once for each order id: a redriven message has a new message id."""
    order = parse_order(record["body"])
    process_order_once(order, sent=json.loads(record["body"]), key=order.order_id, context=context)
{% endblock %}
{% block argument %}, context{% endblock %}
