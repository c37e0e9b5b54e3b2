import json

from aws_cdk.assertions import Capture, Match, Template

from {{ cookiecutter.__package }} import handler


def test_schedule_input_matches_event(template: Template) -> None:
    sent = Capture()
    template.has_resource_properties(
        "AWS::Scheduler::Schedule",
        {"Name": Match.absent(), "Target": {"Input": sent}},
    )
    event = sent.as_string().replace("<aws.scheduler.scheduled-time>", "2026-11-24T06:00:00Z")
    assert handler.parse_order(json.loads(event)).order_id == "standing-20261124T060000Z"


def test_undelivered_events_go_to_dlq(template: Template, alias_id: str) -> None:
    role, queue = Capture(), Capture()
    target = {
        "Arn": {"Ref": alias_id},
        "RoleArn": {"Fn::GetAtt": [role, "Arn"]},
        "DeadLetterConfig": {"Arn": queue},
    }
    template.has_resource_properties("AWS::Scheduler::Schedule", {"Target": target})
    (policy,) = template.find_resources("AWS::IAM::Role")[role.as_string()]["Properties"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    may = {each["Action"]: each["Resource"] for each in statements if each["Sid"] != "UseKey"}
    assert may == {"lambda:InvokeFunction": target["Arn"], "sqs:SendMessage": queue.as_object()}


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
