{% extends 'event_source/base/stream_test_template.py' %}
{% block stream_tests %}


def test_stream_keeps_records_for_a_redrive(stack: Stack) -> None:
    retention = 3600 * int(stack.properties("Stream").get("RetentionPeriodHours", 24))
    age = int(stack.properties("FunctionRecords").get("MaximumRecordAgeInSeconds", -1))
    advice = "RetentionHours: the stream must keep records that Lambda has given up on at MaximumRecordAge"
    assert 0 < age < retention, advice


def test_existing_stream_replaces_the_own(stack: Stack) -> None:
    arn = "arn:aws:kinesis:eu-central-1:123456789012:stream/existing"
    existing = Stack(stack.name, stack.template, {"StreamArn": arn})
    assert existing.properties("FunctionRecords")["EventSourceArn"] == arn
    assert "Stream" not in existing.resources
    assert all("Stream" not in references(each) for each in existing.resources.values())
{% endblock %}
