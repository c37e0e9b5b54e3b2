{% extends 'event_source/base/async_test_function.py' %}
{% block fail %}
    event["detail"]["order_id"] = "fails"
    assert broken_emulator.invoke(event)["errorType"] == "RuntimeError"
{% endblock %}
