{% extends 'base/redrive.py' %}
{% block queues %}"FailureQueueUrl"{% endblock %}
