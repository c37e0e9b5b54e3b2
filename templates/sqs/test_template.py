{% extends 'base/test_template.py' %}
{% block tests %}


def test_failed_messages_are_reported_one_by_one(resources: Resources) -> None:
    mapping = resources["FunctionOrders"]["Properties"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["Queue", "Arn"]}


def test_no_message_becomes_visible_while_it_may_still_be_handled(
    resources: Resources,
    parameters: Resources,
) -> None:
    timeout = resources["Function"]["Properties"]["Timeout"]
    longest_window = parameters["BatchingWindow"]["MaxValue"]
    assert resources["Queue"]["Properties"]["VisibilityTimeout"] >= 6 * timeout + longest_window


def test_what_fails_again_and_again_is_kept_for_two_weeks(resources: Resources) -> None:
    redrive = resources["Queue"]["Properties"]["RedrivePolicy"]
    assert redrive["maxReceiveCount"] == 5
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    assert resources["DeadLetterQueue"]["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 60 * 60
{% endblock %}
