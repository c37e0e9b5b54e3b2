{% block itertools %}{% endblock %}
import json
import os
import re
{% block datetime %}
from datetime import datetime, timedelta, timezone
{% endblock %}
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from {{ cookiecutter.__package }} import failure_queue, handler
from {{ cookiecutter.__package }}.orders import RejectedOrderError

from scripts.redrive import read_event
from tests.support import ANY_JSON, Event, Logs, Sample, sample_event
from tests.unit.conftest import TakeKept

MARKER = "do-not-log-me"
{% block days %}{% endblock %}
SAMPLE = sample_event()
# Inputs with anything in place of the whole, of the time, or of a part of the order.
ORDERS = st.fixed_dictionaries({name: st.just(value) | ANY_JSON for name, value in SAMPLE["order"].items()})
TIMES = st.just(SAMPLE["scheduled_time"]) | st.datetimes().map(datetime.isoformat) | ANY_JSON
ANY_EVENT = ANY_JSON | st.fixed_dictionaries({"scheduled_time": TIMES, "order": ORDERS | ANY_JSON})
UTC = timezone(timedelta(0))
ZONES = st.integers(min_value=-1439, max_value=1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


{% block event %}{% endblock %}
@given(event=ANY_EVENT)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_run_is_confirmed_or_kept_whole(event: Any, context: LambdaContext, take_kept: TakeKept) -> None:
    response = handler.lambda_handler(event, context)
    kept = [json.dumps(read_event(body)) for body in take_kept()]
    assert kept == ([json.dumps(event)] if "reason" in response else [])


def test_standing_order_is_confirmed(event: Event, context: LambdaContext, logs: Logs) -> None:
    confirmation = handler.lambda_handler(event, context)
    assert confirmation["total"] == confirmation["goods"] + confirmation["shipping"] == 4980
    (line,) = logs.lines
    assert (line["message"], line["order_id"]) == ("Order confirmed", confirmation["order_id"])


@pytest.mark.parametrize("time", ["2026-11-24T06:00:00Z", "2026-11-24T07:00:00+01:00", "2026-11-24T06:00:00.000Z"])
def test_order_id_derives_from_scheduled_time(event: Event, time: str) -> None:
    assert handler.parse_order(event | {"scheduled_time": time}).order_id == "standing-20261124T060000Z"


def id_at(time: object) -> str:
    """Return the id of the standing order for a scheduled time, or which fields are invalid."""
    try:
        return handler.parse_order(SAMPLE | {"scheduled_time": time}).order_id
    except RejectedOrderError as error:
        return f"invalid: {error.fields}"


@given(time=st.datetimes(timezones=ZONES))
@example(time=datetime(999, 12, 31, 23, tzinfo=UTC))
@example(time=datetime(1, 1, 1, tzinfo=timezone(timedelta(minutes=1))))
@example(time=datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(minutes=-1))))
@settings(deadline=None)
def test_order_id_is_the_scheduled_time_in_utc(time: datetime) -> None:
    try:
        utc = time.astimezone(UTC).isoformat()[: len("2026-11-24T06:00:00")]
    except OverflowError:
        assert id_at(time.isoformat()) == "invalid: ['scheduled_time']"
    else:
        assert id_at(time.isoformat()) == f"standing-{re.sub('[-:]', '', utc)}Z"


@given(time=st.integers() | st.floats())
@settings(deadline=None)
def test_number_is_a_scheduled_time_or_rejected(time: float) -> None:
    assert re.fullmatch(r"standing-\d{8}T\d{6}Z|invalid: \['scheduled_time'\]", id_at(time))


def test_invalid_run_is_kept_with_its_cause(
    sample: Sample,
    context: LambdaContext,
    logs: Logs,
    take_kept: TakeKept,
) -> None:
    response = handler.lambda_handler(sample("invalid-order"), context)
    cause = json.loads(take_kept()[0])["responsePayload"]
    assert cause == {"errorType": "RejectedOrderError", "errorMessage": response["reason"]}
    assert re.match(r"delivery: .*; lines\.0\.quantity: ", response["reason"])
    (line,) = logs.lines
    assert line["message"] == "Run rejected"
    assert line["fields"] == ["delivery", "lines.0.quantity", "lines.1.sku"]


def test_invalid_run_that_is_not_kept_is_raised(
    sample: Sample,
    context: LambdaContext,
    logs: Logs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(failure_queue, "sqs_client", None)
    with pytest.raises(RejectedOrderError):
        handler.lambda_handler(sample("invalid-order"), context)
    assert [line["message"] for line in logs.lines] == ["Run rejected", "Event not kept"]


def test_invalid_input_is_not_logged(event: Event, context: LambdaContext, logs: Logs) -> None:
    event["order"] |= {"delivery": MARKER, MARKER: MARKER}
    assert MARKER not in handler.lambda_handler(event, context)["reason"]
    assert MARKER not in logs.text


def test_confirmed_order_is_logged_by_id_only(event: Event, context: LambdaContext, logs: Logs) -> None:
    confirmation = handler.lambda_handler(event, context)
    assert [line["order_id"] for line in logs.lines] == [confirmation["order_id"]]
    assert not [sent for sent in ("MUG-001", "standard") if sent in logs.text]


@pytest.mark.parametrize("event", [None, [], {}, {"scheduled_time": "2026-11-24T06:00:00", "order": {}}])
def test_unsupported_event_is_rejected(event: object, context: LambdaContext) -> None:
    assert handler.lambda_handler(event, context)["status"] == "rejected"


def test_unexpected_error_is_logged_and_raised(
    context: LambdaContext,
    logs: Logs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(handler, "process_run", fail)
    with pytest.raises(RuntimeError):
        handler.lambda_handler({}, context)
    (line,) = logs.lines
    assert (line["level"], line["message"]) == ("ERROR", "Run failed")
    assert "Traceback" in line["exception"]


def test_health_check_has_no_side_effects(context: LambdaContext, logs: Logs) -> None:
    health = handler.lambda_handler({"health_check": True}, context)
    assert health == {"status": "ok", "service": os.environ["POWERTOOLS_SERVICE_NAME"]}
    assert logs.lines == []
{% block tests %}{% endblock %}
