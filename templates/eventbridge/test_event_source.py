import json
from typing import Any

from infra.stages import Stage
from tests.support import Template, named, statements


def test_rule_matches_configured_events(template: Template, stage: Stage) -> None:
    (rule,) = named(template, "AWS::Events::Rule").values()
    assert rule["EventPattern"] == {"source": [stage.event_source], "detail-type": [stage.event_detail_type]}
    assert rule["EventBusName"] == stage.event_bus_name


def test_rule_may_invoke_the_alias(template: Template, alias_id: str) -> None:
    (rule_id,) = named(template, "AWS::Events::Rule")
    (permission,) = named(template, "AWS::Lambda::Permission").values()
    assert permission["FunctionName"] == {"Ref": alias_id}
    assert permission["SourceArn"] == {"Fn::GetAtt": [rule_id, "Arn"]}


def test_undelivered_events_go_to_dlq(template: Template, alias_id: str) -> None:
    ((rule_id, rule),) = named(template, "AWS::Events::Rule").items()
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Ref": alias_id}
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10}
    policies = named(template, "AWS::SQS::QueuePolicy").values()
    (send,) = (
        each
        for policy in policies
        for each in statements(policy["PolicyDocument"])
        if each["Principal"] == {"Service": "events.amazonaws.com"}
    )
    assert (send["Action"], send["Resource"]) == ("sqs:SendMessage", target["DeadLetterConfig"]["Arn"])
    assert json.dumps([rule_id, "Arn"]) in json.dumps(send["Condition"])


def test_failed_events_reach_destination(template: Template, allowed: list[dict[str, Any]]) -> None:
    (config,) = named(template, "AWS::Lambda::EventInvokeConfig").values()
    assert config["MaximumRetryAttempts"] == 2
    queue = config["DestinationConfig"]["OnFailure"]["Destination"]
    assert ["sqs:SendMessage" in each["Action"] for each in allowed if each["Resource"] == queue] == [True]


def test_queues_retain_messages_14_days(template: Template) -> None:
    queues = named(template, "AWS::SQS::Queue").values()
    assert [queue["MessageRetentionPeriod"] for queue in queues] == [14 * 24 * 60 * 60] * 2
