{% extends 'base/test_template.py' %}
{% block test_helpers %}Stack, references{% endblock %}
{% block tests %}


def test_only_the_rule_may_invoke(stack: Stack) -> None:
    source = stack.properties("RulePermission").get("SourceArn")
    assert references(source) == {"Rule"}, "RulePermission: SourceArn must be the ARN of Rule"
{% endblock %}
