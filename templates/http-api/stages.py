{% extends 'base/stages.py' %}
{% block ranges %}
    "throttling_rate": (1, None),
    "throttling_burst": (1, None),
{% endblock %}
{% block settings %}
    throttling_rate: int = 100  # requests per second
    throttling_burst: int = 200  # requests
{% endblock %}
