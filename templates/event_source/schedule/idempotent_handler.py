{% extends 'event_source/' ~ cookiecutter.event_source ~ '/handler.py' %}
{% block idempotency %}
from .idempotency import process_order_once
{% endblock %}
{% block orders %}
from .orders import RejectedOrderError, health_check_response
{% endblock %}
{% block process %}
def process_run(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Process the standing order in `event`, once for each scheduled time."""
    order = parse_order(event)
    return process_order_once(order, sent=event["order"], key=order.order_id, context=context)
{% endblock %}
{% block argument %}, context{% endblock %}
