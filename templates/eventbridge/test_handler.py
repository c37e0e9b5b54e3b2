{% if cookiecutter.idempotency %}
import uuid

{% endif %}
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from {{ cookiecutter.__package }} import application, handler
from {{ cookiecutter.__package }}.application import RejectedOrderError

from tests.support import Event, Logs, Sample

MARKER = "do-not-log-me"


@pytest.fixture
def event(sample: Sample) -> Event:
    """An event with a valid order that has not come before."""
{% if cookiecutter.idempotency %}
    return sample("order") | {"id": str(uuid.uuid4())}
{% else %}
    return sample("order")
{% endif %}


def test_a_valid_order_is_confirmed(event: Event, context: LambdaContext, logs: Logs) -> None:
    confirmation = handler.lambda_handler(event, context)
    assert confirmation["total"] == confirmation["goods"] + confirmation["shipping"] == 4980
    (line,) = logs.lines
    assert (line["message"], line["correlation_id"]) == ("Order confirmed", event["id"])


def test_an_envelope_may_hold_more_than_is_read(event: Event, context: LambdaContext) -> None:
    assert handler.lambda_handler(event | {"replay-name": "again"}, context)["order_id"] == event["detail"]["order_id"]


def test_an_invalid_order_fails_and_every_wrong_field_is_named(
    sample: Sample,
    context: LambdaContext,
    logs: Logs,
) -> None:
    with pytest.raises(RejectedOrderError, match=r"detail\.delivery: .*; detail\.lines\.0\.quantity: "):
        handler.lambda_handler(sample("invalid-order"), context)
    (line,) = logs.lines
    assert line["message"] == "Order rejected"
    assert line["fields"] == ["detail.delivery", "detail.lines.0.quantity", "detail.lines.1.sku"]


def test_what_was_sent_is_not_logged(event: Event, context: LambdaContext, logs: Logs) -> None:
    event["detail"] |= {"order_id": f"{MARKER} ", MARKER: MARKER}
    with pytest.raises(RejectedOrderError) as caught:
        handler.lambda_handler(event, context)
    assert caught.value.__cause__ is None
    assert MARKER not in str(caught.value)
    assert MARKER not in logs.text


def test_a_confirmed_order_is_logged_by_its_id_alone(event: Event, context: LambdaContext, logs: Logs) -> None:
    handler.lambda_handler(event | {"replay-name": MARKER}, context)
    assert [line["order_id"] for line in logs.lines] == [event["detail"]["order_id"]]
    assert not [sent for sent in (MARKER, "MUG-001", "standard") if sent in logs.text]


@pytest.mark.parametrize("event", [None, [], {}, {"detail": {}}, {"Records": []}])
def test_another_event_is_refused_by_field(event: object, context: LambdaContext) -> None:
    with pytest.raises(RejectedOrderError):
        handler.lambda_handler(event, context)


def test_an_unexpected_error_is_logged_with_its_traceback_and_not_swallowed(
    event: Event,
    context: LambdaContext,
    logs: Logs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(application, "confirm_order", fail)
    with pytest.raises(RuntimeError):
        handler.lambda_handler(event, context)
    (line,) = logs.lines
    assert (line["level"], line["message"]) == ("ERROR", "Order failed")
    assert "Traceback" in line["exception"]


def test_a_health_check_is_answered_without_any_effect(context: LambdaContext, logs: Logs) -> None:
    health = handler.lambda_handler({"health_check": True}, context)
    assert health == {"status": "ok", "service": application.settings.service_name}
    assert logs.lines == []
{% if cookiecutter.idempotency %}


def test_an_event_that_comes_again_has_its_effect_once(event: Event, context: LambdaContext, logs: Logs) -> None:
    assert handler.lambda_handler(event, context) == handler.lambda_handler(event, context)
    assert [line["message"] for line in logs.lines] == ["Order confirmed"]
{% endif %}
