from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import assertions

from infra.stack import ServiceStack
from infra.stages import STAGES, Stage
from tests.support import Template, named, statements


@pytest.fixture
def rule(template: Template, ids: dict[str, str]) -> dict[str, Any]:
    return named(template, "AWS::Events::Rule")[ids["RuleArn"]]


def test_rule_matches_configured_events(rule: dict[str, Any], stage: Stage) -> None:
    assert rule["EventPattern"] == {"source": [stage.event_source], "detail-type": [stage.event_detail_type]}
    assert rule["EventBusName"] == stage.event_bus_name


def test_rule_may_invoke_the_alias(template: Template, alias_id: str, ids: dict[str, str]) -> None:
    arn = {"Fn::GetAtt": [ids["RuleArn"], "Arn"]}
    permissions = named(template, "AWS::Lambda::Permission").values()
    assert [each["FunctionName"] for each in permissions if each.get("SourceArn") == arn] == [{"Ref": alias_id}]


def test_undelivered_events_go_to_dlq(
    template: Template, rule: dict[str, Any], alias_id: str, ids: dict[str, str]
) -> None:
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Ref": alias_id}
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10}
    queue = {"Fn::GetAtt": [ids["DeadLetterQueueUrl"], "Arn"]}
    assert target["DeadLetterConfig"]["Arn"] == queue
    policies = [each["PolicyDocument"] for each in named(template, "AWS::SQS::QueuePolicy").values()]
    of_queue = [each for policy in policies for each in statements(policy) if each["Resource"] == queue]
    (send,) = (each for each in of_queue if each["Principal"] == {"Service": "events.amazonaws.com"})
    assert send["Action"] == "sqs:SendMessage"
    assert send["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [ids["RuleArn"], "Arn"]}}}


def test_failed_events_reach_destination(
    template: Template, ids: dict[str, str], allowed: list[dict[str, Any]]
) -> None:
    queue = {"Fn::GetAtt": [ids["FailureQueueUrl"], "Arn"]}
    (config,) = named(template, "AWS::Lambda::EventInvokeConfig").values()
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == queue
    assert any("sqs:SendMessage" in each["Action"] for each in allowed if each["Resource"] == queue)


def test_queues_retain_messages_14_days(template: Template, ids: dict[str, str]) -> None:
    for name in ("DeadLetterQueueUrl", "FailureQueueUrl"):
        assert named(template, "AWS::SQS::Queue")[ids[name]]["MessageRetentionPeriod"] == 14 * 24 * 60 * 60


def test_alarm_finds_the_rule_on_another_bus(make_stack: Callable[[Stage], ServiceStack]) -> None:
    stack = make_stack(replace(STAGES[0], event_bus_name="orders"))
    template: Template = dict(assertions.Template.from_stack(stack).to_json())
    alarms = named(template, "AWS::CloudWatch::Alarm").values()
    (lost,) = (alarm for alarm in alarms if alarm["MetricName"] == "InvocationsFailedToBeSentToDlq")
    assert {"Name": "EventBusName", "Value": "orders"} in lost["Dimensions"]
