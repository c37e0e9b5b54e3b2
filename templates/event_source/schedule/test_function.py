{% extends 'event_source/base/async_test_function.py' %}
{% block fail %}
    assert broken_emulator.invoke(event | {"scheduled_time": "2026-01-01T06:00:00Z"})["errorType"] == "RuntimeError"
{% endblock %}
