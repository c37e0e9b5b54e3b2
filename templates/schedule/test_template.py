{% extends 'base/test_template.py' %}
{% block test_stdlib %}
import json
{% endblock %}
{% block test_imports %}

from {{ cookiecutter.__package }} import handler
{% if cookiecutter.idempotency %}
from {{ cookiecutter.__package }}.idempotency import store
{% endif %}
{% endblock %}
{% block tests %}


def test_schedule_input_matches_event(resources: Resources) -> None:
    schedule = resources["FunctionSchedule"]["Properties"]
    sent = schedule["Target"]["Input"].replace("<aws.scheduler.scheduled-time>", "2026-11-24T06:00:00Z")
    assert handler.parse_order(json.loads(sent)).order_id == "standing-20261124T060000Z"


def test_schedule_can_be_set(resources: Resources) -> None:
    schedule = resources["FunctionSchedule"]["Properties"]
    assert schedule["ScheduleExpression"] == {"Ref": "ScheduleExpression"}
    assert schedule["ScheduleExpressionTimezone"] == {"Ref": "ScheduleTimezone"}
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": {"Ref": "FlexibleWindowInMinutes"}}
    assert schedule["FlexibleTimeWindow"] == window


def test_schedule_is_in_its_own_group(resources: Resources) -> None:
    schedule = resources["FunctionSchedule"]["Properties"]
    assert schedule["GroupName"] == {"Ref": "ScheduleGroup"}
    assert schedule["Name"] == resources["ScheduleGroup"]["Properties"]["Name"] == {"Ref": "AWS::StackName"}


def test_undelivered_events_go_to_dlq(resources: Resources) -> None:
    target = resources["FunctionSchedule"]["Properties"]["Target"]
    assert target["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    assert target["RoleArn"] == {"Fn::GetAtt": ["ScheduleRole", "Arn"]}
    (policy,) = resources["ScheduleRole"]["Properties"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    may = {each["Action"]: each["Resource"] for each in statements if each["Sid"] != "UseKey"}
    assert may == {
        "lambda:InvokeFunction": {"Ref": "FunctionAliaslive"},
        "sqs:SendMessage": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]},
    }


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
