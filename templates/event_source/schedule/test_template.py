{% extends 'event_source/base/test_template.py' %}
{% block test_stdlib %}
import json
{% if cookiecutter.__zip %}
import sys
{% endif %}

{% endblock %}
{% block test_imports %}
from {{ cookiecutter.__package }} import handler
{% if cookiecutter.idempotency %}
from {{ cookiecutter.__package }}.idempotency import store
{% endif %}

{% endblock %}
{% block test_helpers %}Stack, references{% endblock %}
{% block tests %}


def test_schedule_input_matches_event(stack: Stack) -> None:
    schedule = stack.properties("FunctionSchedule")
    sent = schedule["Target"]["Input"].replace("<aws.scheduler.scheduled-time>", "2026-11-24T06:00:00Z")
    assert handler.parse_order(json.loads(sent)).order_id == "standing-20261124T060000Z"


def test_schedule_may_invoke_and_use_dlq(stack: Stack, alias_id: str) -> None:
    allowed = references(stack.properties("ScheduleRole").get("Policies"))
    assert alias_id in allowed, "ScheduleRole: allow lambda:InvokeFunction for the alias"
    assert "DeadLetterQueue" in allowed, "ScheduleRole: allow sqs:SendMessage to DeadLetterQueue"


def test_disabled_processing_stops_the_schedule(stack: Stack) -> None:
    stopped = Stack(stack.name, stack.template, {"Processing": "disabled"})
    assert stopped.properties("FunctionSchedule").get("State") == "DISABLED", "Schedule: State must follow Processing"
{% endblock %}
