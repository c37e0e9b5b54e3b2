{% extends 'event_source/base/test_template.py' %}
{% block test_helpers %}Stack, references{% endblock %}
{% block tests %}


def test_only_the_topic_may_invoke(stack: Stack) -> None:
    source = stack.properties("SubscriptionPermission").get("SourceArn")
    assert references(source) == {"Topic"}, "SubscriptionPermission: SourceArn must be the ARN of Topic"


def test_topic_is_encrypted(stack: Stack) -> None:
    key = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    for parameter, expected in ((key, key), ("none", "alias/aws/sns")):
        topic = Stack(stack.name, stack.template, {"KeyArn": parameter}).properties("Topic")
        found = str(topic.get("KmsMasterKeyId"))
        assert expected in found, f"Topic: with KeyArn {parameter}, KmsMasterKeyId must be {expected}, not {found}"


def test_filter_policy_is_the_parameter(stack: Stack) -> None:
    policy = '{"event_type": ["order_placed"]}'
    filtered = Stack(stack.name, stack.template, {"FilterPolicy": policy}).properties("Subscription")
    assert filtered["FilterPolicy"] == policy, "Subscription: FilterPolicy must be the parameter"
    assert "FilterPolicy" not in stack.properties("Subscription")


def test_disabled_processing_keeps_messages(stack: Stack) -> None:
    stopped = Stack(stack.name, stack.template, {"Processing": "disabled"})
    advice = "without Processing, SNS must not invoke, so that RedrivePolicy sends messages to DeadLetterQueue"
    assert not dict(stopped.of("AWS::Lambda::Permission")), f"SubscriptionPermission: {advice}"
    assert references(stopped.properties("Subscription")["RedrivePolicy"]) == {"DeadLetterQueue"}, advice
{% endblock %}
