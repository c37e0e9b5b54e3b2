{% extends 'event_source/base/stream_handler.py' %}
{% block process %}
def process_order_in(record: Record) -> None:
    """Process the order in `record`, if it says that one is new."""
    if order := read_order(record):
        process_order(order)
{% endblock %}
