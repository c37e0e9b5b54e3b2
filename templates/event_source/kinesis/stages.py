{% extends 'event_source/base/stream_stages.py' %}
{% block stream_ranges %}
    "retention_hours": (24, 8_760),
{% endblock %}
{% block patterns %}
    "stream_arn": "arn:[^:]+:kinesis:[^:]+:[0-9]+:stream/.+",
{% endblock %}
{% block stream_settings %}
    retention_hours: int = 168  # how long the stream keeps records: beyond maximum_record_age, they can be redriven
    stream_arn: str | None = None  # an existing stream to read; None: the stack creates one
{% endblock %}
