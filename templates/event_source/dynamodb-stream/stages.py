{% extends 'event_source/base/stream_stages.py' %}
{% set record_age, longest_age = 43200, 86400 %}
{% block patterns %}
    "stream_arn": "arn:[^:]+:dynamodb:[^:]+:[0-9]+:table/[^/]+/stream/.+",
{% endblock %}
{% block stream_settings %}
    stream_arn: str | None = None  # of an existing table's stream to read; None: the stack creates a table
{% endblock %}
