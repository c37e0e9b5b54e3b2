{% extends 'event_source/base/stages.py' %}
{% block patterns %}
    "cors_origins": r"\*|https?://[^\s,/]+(,https?://[^\s,/]+)*",
{% endblock %}
{% block stop %}
            self._refuse("reserved_concurrency", 0, "at least 1 (docs/operate.md says how to stop the function URL)")
{% endblock %}
{% block settings %}
    cors_origins: str | None = None  # origins of pages that may call the URL from a browser, separated by commas
{% endblock %}
