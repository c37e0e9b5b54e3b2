{% extends 'event_source/' ~ cookiecutter.event_source ~ '/test_handler.py' %}
{% block itertools %}
import itertools
{% endblock %}
{% block datetime %}
from datetime import date, datetime, timedelta, timezone
{% endblock %}
{% block days %}
DAYS = itertools.count()
{% endblock %}
{% block event %}
@pytest.fixture
def event() -> Event:
    """The sample event with a new scheduled time."""
    day = date(2027, 1, 1) + timedelta(days=next(DAYS))
    return sample_event() | {"scheduled_time": f"{day}T06:00:00Z"}


{% endblock %}
{% block tests %}


def test_repeated_run_is_processed_once(event: Event, context: LambdaContext, logs: Logs) -> None:
    assert handler.lambda_handler(event, context) == handler.lambda_handler(event, context)
    assert [line["message"] for line in logs.lines] == ["Order confirmed"]


def test_other_order_at_the_same_time_is_kept(event: Event, context: LambdaContext, take_kept: TakeKept) -> None:
    handler.lambda_handler(event, context)
    other = event | {"order": event["order"] | {"delivery": "express"}}
    assert "sent before" in handler.lambda_handler(other, context)["reason"]
    assert [read_event(body) for body in take_kept()] == [other]
{% endblock %}
