from aws_cdk.assertions import Capture, Match, Template


def test_rule_matches_configured_events(template: Template) -> None:
    template.has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventBusName": {"Ref": "EventBusName"},
            "EventPattern": {"source": [{"Ref": "EventSource"}], "detail-type": [{"Ref": "EventDetailType"}]},
        },
    )
    (rule,) = template.find_resources("AWS::Events::Rule")
    template.has_resource_properties(
        "AWS::Lambda::Permission",
        {"Principal": "events.amazonaws.com", "SourceArn": {"Fn::GetAtt": [rule, "Arn"]}},
    )


def test_undelivered_events_go_to_dlq(template: Template, alias_id: str) -> None:
    (rule,) = template.find_resources("AWS::Events::Rule")
    queue = Capture()
    target = {
        "Arn": {"Ref": alias_id},
        "DeadLetterConfig": {"Arn": queue},
        "RetryPolicy": {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10},
    }
    template.has_resource_properties("AWS::Events::Rule", {"Targets": [Match.object_like(target)]})
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue.as_object(),
        "Condition": {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [rule, "Arn"]}}},
    }
    template.has_resource_properties(
        "AWS::SQS::QueuePolicy",
        {"PolicyDocument": {"Statement": Match.array_with([Match.object_like(statement)])}},
    )


def test_failed_events_reach_destination(template: Template) -> None:
    queue = Capture()
    template.has_resource_properties(
        "AWS::Lambda::EventInvokeConfig",
        {"MaximumRetryAttempts": 2, "DestinationConfig": {"OnFailure": {"Destination": queue}}},
    )
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue.as_object()}
    policy = Match.object_like({"PolicyDocument": {"Statement": Match.array_with([Match.object_like(statement)])}})
    template.has_resource_properties("AWS::IAM::Role", {"Policies": Match.array_with([policy])})


def test_queues_retain_messages_14_days(template: Template) -> None:
    expected = {"MessageRetentionPeriod": 14 * 24 * 60 * 60}
    template.resource_properties_count_is("AWS::SQS::Queue", expected, 2)
