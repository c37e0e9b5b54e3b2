{% extends 'event_source/base/test_template.py' %}
{% block test_stdlib %}
import json
{% if cookiecutter.__zip %}
import sys
{% endif %}

{% endblock %}
{% block test_helpers %}Stack, references{% endblock %}
{% block tests %}


def test_access_is_limited_to_the_bucket(stack: Stack) -> None:
    name = stack.properties("Bucket").get("BucketName")
    text = name["Fn::Sub"][0] if isinstance(name, dict) else name
    for logical_id in ("BucketPermission", "FailureQueuePolicy", "FunctionRole"):
        advice = f"{logical_id}: write the ARN with the name as Bucket has it, {text}"
        assert f":s3:::{text}" in json.dumps(stack.properties(logical_id)), advice


def test_disabled_processing_keeps_events(stack: Stack) -> None:
    stopped = Stack(stack.name, stack.template, {"Processing": "disabled"}).properties("Bucket")
    running = Stack(stack.name, stack.template, {}).properties("Bucket")
    (created,) = running["NotificationConfiguration"]["LambdaConfigurations"]
    (kept,) = stopped["NotificationConfiguration"]["QueueConfigurations"]
    advice = "Bucket: without Processing, the same events must go to FailureQueue"
    assert references(kept.pop("Queue")) == {"FailureQueue"}, advice
    assert {"Function": created["Function"]} | kept == created, advice
{% endblock %}
