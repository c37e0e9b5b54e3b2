{% extends 'event_source/' ~ cookiecutter.event_source ~ '/handler.py' %}
{% block idempotency %}
from .idempotency import process_order_once
{% endblock %}
{% block orders %}
from .orders import RejectedOrderError, health_check_response
{% endblock %}
{% block process %}
def process_event(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Process the order in the detail of `event`, once for each order id: an event sent again has a new event id."""
    order = parse_event(event).detail
    return process_order_once(order, sent=event["detail"], key=order.order_id, context=context)
{% endblock %}
{% block argument %}, context{% endblock %}
