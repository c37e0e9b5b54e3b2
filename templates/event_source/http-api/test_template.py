{% extends 'event_source/base/test_template.py' %}
{% block tests %}


def test_access_log_needs_no_resource_policy(stack: Stack) -> None:
    name = str(stack.properties("ApiLogGroup").get("LogGroupName"))
    advice = "the account's resource policy, which other names need, is limited in size"
    assert "/aws/vendedlogs/" in name, f"ApiLogGroup: LogGroupName must begin with /aws/vendedlogs/; {advice}"
{% endblock %}
