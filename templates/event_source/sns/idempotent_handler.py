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
def process_message(message: str, context: LambdaContext) -> dict[str, Any]:
    """Process the order in `message`, once for each order id: a message published again has a new message id."""
    order = parse_order(message)
    return process_order_once(order, sent=json.loads(message), key=order.order_id, context=context)
{% endblock %}
{% block argument %}, context{% endblock %}
