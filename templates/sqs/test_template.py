{% extends 'base/test_template.py' %}
{% block tests %}


def test_mapping_reports_item_failures(resources: Resources) -> None:
    mapping = resources["FunctionOrders"]["Properties"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["Queue", "Arn"]}


def test_batches_can_be_set(resources: Resources) -> None:
    mapping = resources["FunctionOrders"]["Properties"]
    assert mapping["BatchSize"] == {"Ref": "BatchSize"}
    assert mapping["MaximumBatchingWindowInSeconds"] == {"Ref": "BatchingWindow"}
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": {"Ref": "MaximumConcurrency"}}


def test_visibility_exceeds_processing(
    resources: Resources,
    parameters: Resources,
) -> None:
    timeout = resources["Function"]["Properties"]["Timeout"]
    longest_window = parameters["BatchingWindow"]["MaxValue"]
    assert resources["Queue"]["Properties"]["VisibilityTimeout"] >= 6 * timeout + longest_window


def test_failed_messages_move_to_dlq(resources: Resources) -> None:
    redrive = resources["Queue"]["Properties"]["RedrivePolicy"]
    assert redrive["maxReceiveCount"] == 5
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    assert resources["DeadLetterQueue"]["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 60 * 60
{% endblock %}
