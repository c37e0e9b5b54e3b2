{% extends 'event_source/base/test_template.py' %}
{% block test_helpers %}Stack, references{% endblock %}
{% block tests %}


def test_only_the_rule_may_invoke(stack: Stack) -> None:
    source = stack.properties("RulePermission").get("SourceArn")
    assert references(source) == {"Rule"}, "RulePermission: SourceArn must be the ARN of Rule"


def test_disabled_processing_keeps_events(stack: Stack) -> None:
    stopped = Stack(stack.name, stack.template, {"Processing": "disabled"})
    targets = [references(target["Arn"]) for target in stopped.properties("Rule")["Targets"]]
    advice = "Rule: without Processing, the target must be DeadLetterQueue; a disabled rule loses events"
    assert {"DeadLetterQueue"} in targets, advice
    assert stopped.properties("Rule").get("State", "ENABLED") == "ENABLED", advice
{% endblock %}
