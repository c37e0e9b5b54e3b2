{% extends 'base/test_template.py' %}
{% block test_stdlib %}
import json
{% if cookiecutter.package_as == 'zip' %}
import sys
{% endif %}

{% endblock %}
{% block tests %}


def test_access_is_limited_to_the_bucket(stack: Stack) -> None:
    name = stack.properties("Bucket").get("BucketName")
    text = name["Fn::Sub"][0] if isinstance(name, dict) else name
    for logical_id in ("BucketPermission", "FunctionRole"):
        advice = f"{logical_id}: write the ARN with the name as Bucket has it, {text}"
        assert f":s3:::{text}" in json.dumps(stack.properties(logical_id)), advice
{% endblock %}
