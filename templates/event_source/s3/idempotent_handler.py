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
{% block parameter %}, context: LambdaContext{% endblock %}
{% block argument %}, context{% endblock %}
{% block process %}
        process_order_once(order, sent=json.loads(line or b""), key=order.order_id, context=context)
{% endblock %}
