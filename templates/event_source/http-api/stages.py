{% extends 'event_source/base/stages.py' %}
{% block ranges %}
    "throttling_rate": (0, None),
    "throttling_burst": (0, None),
{% endblock %}
{% block stop %}
            self._refuse("reserved_concurrency", 0, "at least 1 (to stop the API, set its throttling limits to 0)")
{% endblock %}
{% block settings %}
    throttling_rate: int = 100  # requests per second
    throttling_burst: int = 200  # requests
{% endblock %}
