{% if cookiecutter.idempotency %}
import itertools
{% endif %}
import os
{% if cookiecutter.idempotency %}
from datetime import date, timedelta
{% endif %}

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from {{ cookiecutter.__package }} import handler
from {{ cookiecutter.__package }}.orders import RejectedOrderError

{% if cookiecutter.idempotency %}
from tests.support import Event, Logs, Sample, sample_event
{% else %}
from tests.support import Event, Logs, Sample
{% endif %}

MARKER = "do-not-log-me"
{% if cookiecutter.idempotency %}
DAYS = itertools.count()
{% endif %}


{% if cookiecutter.idempotency %}
@pytest.fixture
def event() -> Event:
    """The sample event with a new scheduled time."""
    day = date(2027, 1, 1) + timedelta(days=next(DAYS))
    return sample_event() | {"scheduled_time": f"{day}T06:00:00Z"}


{% endif %}
def test_standing_order_is_confirmed(event: Event, context: LambdaContext, logs: Logs) -> None:
    confirmation = handler.lambda_handler(event, context)
    assert confirmation["total"] == confirmation["goods"] + confirmation["shipping"] == 4980
    (line,) = logs.lines
    assert (line["message"], line["order_id"]) == ("Order confirmed", confirmation["order_id"])


@pytest.mark.parametrize("time", ["2026-11-24T06:00:00Z", "2026-11-24T07:00:00+01:00", "2026-11-24T06:00:00.000Z"])
def test_order_id_derives_from_scheduled_time(event: Event, time: str) -> None:
    assert handler.parse_order(event | {"scheduled_time": time}).order_id == "standing-20261124T060000Z"


def test_invalid_fields_are_named_in_error(
    sample: Sample,
    context: LambdaContext,
    logs: Logs,
) -> None:
    with pytest.raises(RejectedOrderError, match=r"delivery: .*; lines\.0\.quantity: "):
        handler.lambda_handler(sample("invalid-order"), context)
    (line,) = logs.lines
    assert line["message"] == "Run rejected"
    assert line["fields"] == ["delivery", "lines.0.quantity", "lines.1.sku"]


def test_invalid_input_is_not_logged(event: Event, context: LambdaContext, logs: Logs) -> None:
    event["order"] |= {"delivery": MARKER, MARKER: MARKER}
    with pytest.raises(RejectedOrderError) as caught:
        handler.lambda_handler(event, context)
    assert caught.value.__cause__ is None
    assert MARKER not in str(caught.value)
    assert MARKER not in logs.text


def test_confirmed_order_is_logged_by_id_only(event: Event, context: LambdaContext, logs: Logs) -> None:
    confirmation = handler.lambda_handler(event, context)
    assert [line["order_id"] for line in logs.lines] == [confirmation["order_id"]]
    assert not [sent for sent in ("MUG-001", "standard") if sent in logs.text]


@pytest.mark.parametrize("event", [None, [], {}, {"scheduled_time": "2026-11-24T06:00:00", "order": {}}])
def test_unsupported_event_raises_error(event: object, context: LambdaContext) -> None:
    with pytest.raises(RejectedOrderError):
        handler.lambda_handler(event, context)


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
{% if cookiecutter.idempotency %}


def test_repeated_run_is_processed_once(event: Event, context: LambdaContext, logs: Logs) -> None:
    assert handler.lambda_handler(event, context) == handler.lambda_handler(event, context)
    assert [line["message"] for line in logs.lines] == ["Order confirmed"]
{% endif %}
