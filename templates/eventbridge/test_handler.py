import os
{% if cookiecutter.idempotency %}
import uuid
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
@pytest.fixture
def event() -> Event:
    """The sample event with a new id."""
    return sample_event() | {"id": str(uuid.uuid4())}


{% endif %}
def test_valid_order_is_confirmed(event: Event, context: LambdaContext, logs: Logs) -> None:
    confirmation = handler.lambda_handler(event, context)
    assert confirmation["total"] == confirmation["goods"] + confirmation["shipping"] == 4980
    (line,) = logs.lines
    assert (line["message"], line["correlation_id"]) == ("Order confirmed", event["id"])


def test_envelope_may_have_more_fields(event: Event, context: LambdaContext) -> None:
    assert handler.lambda_handler(event | {"replay-name": "replay"}, context)["order_id"] == event["detail"]["order_id"]


def test_invalid_fields_are_named_in_error(
    sample: Sample,
    context: LambdaContext,
    logs: Logs,
) -> None:
    with pytest.raises(RejectedOrderError, match=r"detail\.delivery: .*; detail\.lines\.0\.quantity: "):
        handler.lambda_handler(sample("invalid-order"), context)
    (line,) = logs.lines
    assert line["message"] == "Event rejected"
    assert line["fields"] == ["detail.delivery", "detail.lines.0.quantity", "detail.lines.1.sku"]


def test_invalid_input_is_not_logged(event: Event, context: LambdaContext, logs: Logs) -> None:
    event["detail"] |= {"order_id": f"{MARKER} ", MARKER: MARKER}
    with pytest.raises(RejectedOrderError) as caught:
        handler.lambda_handler(event, context)
    assert caught.value.__cause__ is None
    assert MARKER not in str(caught.value)
    assert MARKER not in logs.text


def test_confirmed_order_is_logged_by_id_only(event: Event, context: LambdaContext, logs: Logs) -> None:
    handler.lambda_handler(event | {"replay-name": MARKER}, context)
    assert [line["order_id"] for line in logs.lines] == [event["detail"]["order_id"]]
    assert not [sent for sent in (MARKER, "MUG-001", "standard") if sent in logs.text]


@pytest.mark.parametrize("event", [None, [], {}, {"detail": {}}, {"Records": []}])
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

    monkeypatch.setattr(handler, "process_event", fail)
    with pytest.raises(RuntimeError):
        handler.lambda_handler({}, context)
    (line,) = logs.lines
    assert (line["level"], line["message"]) == ("ERROR", "Event failed")
    assert "Traceback" in line["exception"]


def test_health_check_has_no_side_effects(context: LambdaContext, logs: Logs) -> None:
    health = handler.lambda_handler({"health_check": True}, context)
    assert health == {"status": "ok", "service": os.environ["POWERTOOLS_SERVICE_NAME"]}
    assert logs.lines == []
{% if cookiecutter.idempotency %}


def test_repeated_event_is_processed_once(event: Event, context: LambdaContext, logs: Logs) -> None:
    assert handler.lambda_handler(event, context) == handler.lambda_handler(event, context)
    assert [line["message"] for line in logs.lines] == ["Order confirmed"]
{% endif %}
