import json
from typing import Any

import pytest

from {{ cookiecutter.__package }} import handler

from tests.support import Template, named, statements


@pytest.fixture
def schedule(template: Template, alias_id: str) -> dict[str, Any]:
    schedules = (each for each in template["Resources"].values() if each["Type"] == "AWS::Scheduler::Schedule")
    (schedule,) = (each for each in schedules if each["Properties"]["Target"]["Arn"] == {"Ref": alias_id})
    return dict(schedule)


def test_schedule_input_matches_event(schedule: dict[str, Any]) -> None:
    event = schedule["Properties"]["Target"]["Input"].replace("<aws.scheduler.scheduled-time>", "2026-11-24T06:00:00Z")
    assert handler.parse_order(json.loads(event)).order_id == "standing-20261124T060000Z"


def test_schedule_waits_for_its_group(template: Template, schedule: dict[str, Any]) -> None:
    groups = named(template, "AWS::Scheduler::ScheduleGroup")
    waits_for = [groups[key]["Name"] for key in schedule["DependsOn"] if key in groups]
    assert waits_for == [schedule["Properties"]["GroupName"]]


def test_undelivered_events_go_to_dlq(template: Template, schedule: dict[str, Any], ids: dict[str, str]) -> None:
    target = schedule["Properties"]["Target"]
    queue = {"Fn::GetAtt": [ids["DeadLetterQueueUrl"], "Arn"]}
    assert target["DeadLetterConfig"]["Arn"] == queue
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10}
    role = {"Ref": target["RoleArn"]["Fn::GetAtt"][0]}
    policies = named(template, "AWS::IAM::Policy").values()
    (policy,) = (each["PolicyDocument"] for each in policies if role in each["Roles"])
    may = {each["Action"]: each["Resource"] for each in statements(policy)}
    assert may == {"lambda:InvokeFunction": target["Arn"], "sqs:SendMessage": queue}


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
