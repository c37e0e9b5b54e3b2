import json
from typing import Any

from {{ cookiecutter.__package }} import handler

from tests.support import Template, named, statements


def test_schedule_input_matches_event(template: Template) -> None:
    (schedule,) = named(template, "AWS::Scheduler::Schedule").values()
    event = schedule["Target"]["Input"].replace("<aws.scheduler.scheduled-time>", "2026-11-24T06:00:00Z")
    assert handler.parse_order(json.loads(event)).order_id == "standing-20261124T060000Z"


def test_schedule_waits_for_its_group(template: Template) -> None:
    ((group_id, group),) = named(template, "AWS::Scheduler::ScheduleGroup").items()
    (schedule,) = (each for each in template["Resources"].values() if each["Type"] == "AWS::Scheduler::Schedule")
    assert schedule["Properties"]["GroupName"] == group["Name"]
    assert group_id in schedule["DependsOn"]


def test_undelivered_events_go_to_dlq(template: Template, alias_id: str) -> None:
    (schedule,) = named(template, "AWS::Scheduler::Schedule").values()
    target = schedule["Target"]
    assert target["Arn"] == {"Ref": alias_id}
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10}
    role = {"Ref": target["RoleArn"]["Fn::GetAtt"][0]}
    policies = named(template, "AWS::IAM::Policy").values()
    (policy,) = (each["PolicyDocument"] for each in policies if role in each["Roles"])
    may = {each["Action"]: each["Resource"] for each in statements(policy)}
    assert may == {"lambda:InvokeFunction": target["Arn"], "sqs:SendMessage": target["DeadLetterConfig"]["Arn"]}


def test_failed_events_reach_destination(template: Template, allowed: list[dict[str, Any]]) -> None:
    (config,) = named(template, "AWS::Lambda::EventInvokeConfig").values()
    assert config["MaximumRetryAttempts"] == 2
    queue = config["DestinationConfig"]["OnFailure"]["Destination"]
    assert ["sqs:SendMessage" in each["Action"] for each in allowed if each["Resource"] == queue] == [True]


def test_queues_retain_messages_14_days(template: Template) -> None:
    queues = named(template, "AWS::SQS::Queue").values()
    assert [queue["MessageRetentionPeriod"] for queue in queues] == [14 * 24 * 60 * 60] * 2
