{% extends 'base/test_template.py' %}
{% block tests %}


def test_rule_matches_configured_events(resources: Resources) -> None:
    rule = resources["Rule"]["Properties"]
    assert rule["EventBusName"] == {"Ref": "EventBusName"}
    assert rule["EventPattern"] == {"source": [{"Ref": "EventSource"}], "detail-type": [{"Ref": "EventDetailType"}]}
    assert resources["RulePermission"]["Properties"]["SourceArn"] == {"Fn::GetAtt": ["Rule", "Arn"]}


def test_undelivered_events_go_to_dlq(resources: Resources) -> None:
    (target,) = resources["Rule"]["Properties"]["Targets"]
    assert target["Arn"] == {"Ref": "FunctionAliaslive"}
    assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert target["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    policy = resources["DeadLetterQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    (statement,) = (each for each in policy if each["Effect"] == "Allow")
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Resource"] == target["DeadLetterConfig"]["Arn"]
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["Rule", "Arn"]}}}


def test_failed_events_reach_destination(resources: Resources) -> None:
    config = resources["FunctionEventInvokeConfig"]["Properties"]
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["FailureQueue", "Arn"]}
    assert config["MaximumRetryAttempts"] == 2
    (statement,) = (each for each in allowed(resources) if each["Sid"] == "SendToFailureDestination")
    assert (statement["Action"], statement["Resource"]) == ("sqs:SendMessage", {"Fn::GetAtt": ["FailureQueue", "Arn"]})


def test_queues_retain_messages_14_days(resources: Resources) -> None:
    queues = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::SQS::Queue"]
    assert len(queues) == 2
    assert all(queue["MessageRetentionPeriod"] == 14 * 24 * 60 * 60 for queue in queues)
{% endblock %}
