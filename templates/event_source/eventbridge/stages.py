{% extends 'event_source/base/stages.py' %}
{% block settings %}
    processing: bool = True  # False: events wait in the dead-letter queue
    event_bus_name: str = "default"
    event_source: str = "shop"  # of the events that the rule matches
    event_detail_type: str = "OrderPlaced"  # of the events that the rule matches
{% endblock %}
