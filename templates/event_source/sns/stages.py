{% extends 'event_source/base/stages.py' %}
{% block settings %}
    processing: bool = True  # False: messages wait in the dead-letter queue
    filter_policy: str | None = None  # for the attributes of messages, as JSON; None: all messages
{% endblock %}
{% block patterns %}
    "filter_policy": r"\{.*\}",
{% endblock %}
