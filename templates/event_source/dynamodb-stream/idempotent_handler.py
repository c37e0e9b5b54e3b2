{% extends 'event_source/base/stream_idempotent_handler.py' %}
{% block process %}
def process_order_in(record: Record, context: LambdaContext) -> None:
    """Process the order in `record`, if it says that one is new, once for each order id."""
    if order := read_order(record):
        process_order_once(order, sent=read_sent(record), key=order.order_id, context=context)
{% endblock %}
