{% extends 'event_source/base/async_test_function.py' %}
{% block rejected %}
    (result,) = emulator.invoke(sample(name) if name else {})["results"]
    assert result["status"] == "rejected"
{% endblock %}
{% block fail %}
    event["Records"][0]["Sns"]["Message"] = '{"order_id": "fails", "lines": [{"sku": "MUG-001", "quantity": 1}]}'
    assert broken_emulator.invoke(event)["errorType"] == "RuntimeError"
{% endblock %}
