import json
import os
import re
{% block stdlib %}{% endblock %}
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from {{ cookiecutter.__package }} import failure_queue, handler
from {{ cookiecutter.__package }}.orders import RejectedOrderError

from scripts.redrive import read_event
from tests.support import ANY_JSON, Event, Logs, Sample, sample_event
from tests.unit.conftest import TakeKept

MARKER = "do-not-log-me"
SAMPLE = sample_event()
# Events with anything in place of the whole, of a part of the envelope, or of a part of the order.
ORDERS = st.fixed_dictionaries({name: st.just(value) | ANY_JSON for name, value in SAMPLE["detail"].items()})
ENVELOPES = st.fixed_dictionaries({name: st.just(value) | ANY_JSON for name, value in SAMPLE.items()})
ANY_EVENT = ANY_JSON | ENVELOPES | ORDERS.map(lambda order: SAMPLE | {"detail": order})


{% block event %}{% endblock %}
@given(event=ANY_EVENT)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_event_is_confirmed_or_kept_whole(event: Any, context: LambdaContext, take_kept: TakeKept) -> None:
    response = handler.lambda_handler(event, context)
    kept = [json.dumps(read_event(body)) for body in take_kept()]
    assert kept == ([json.dumps(event)] if "reason" in response else [])


def test_valid_order_is_confirmed(event: Event, context: LambdaContext, logs: Logs) -> None:
    confirmation = handler.lambda_handler(event, context)
    assert confirmation["total"] == confirmation["goods"] + confirmation["shipping"] == 4980
    (line,) = logs.lines
    assert (line["message"], line["correlation_id"]) == ("Order confirmed", event["id"])


def test_envelope_may_have_more_fields(event: Event, context: LambdaContext) -> None:
    assert handler.lambda_handler(event | {"replay-name": "replay"}, context)["order_id"] == event["detail"]["order_id"]


def test_invalid_event_is_kept_with_its_cause(
    sample: Sample,
    context: LambdaContext,
    logs: Logs,
    take_kept: TakeKept,
) -> None:
    response = handler.lambda_handler(sample("invalid-order"), context)
    cause = json.loads(take_kept()[0])["responsePayload"]
    assert cause == {"errorType": "RejectedOrderError", "errorMessage": response["reason"]}
    assert re.match(r"detail\.delivery: .*; detail\.lines\.0\.quantity: ", response["reason"])
    (line,) = logs.lines
    assert line["message"] == "Event rejected"
    assert line["fields"] == ["detail.delivery", "detail.lines.0.quantity", "detail.lines.1.sku"]


def test_invalid_event_that_is_not_kept_is_raised(
    sample: Sample,
    context: LambdaContext,
    logs: Logs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(failure_queue, "sqs_client", None)
    with pytest.raises(RejectedOrderError):
        handler.lambda_handler(sample("invalid-order"), context)
    assert [line["message"] for line in logs.lines] == ["Event rejected", "Event not kept"]


def test_invalid_input_is_not_logged(event: Event, context: LambdaContext, logs: Logs) -> None:
    event["detail"] |= {"order_id": f"{MARKER} ", MARKER: MARKER}
    assert MARKER not in handler.lambda_handler(event, context)["reason"]
    assert MARKER not in logs.text


def test_confirmed_order_is_logged_by_id_only(event: Event, context: LambdaContext, logs: Logs) -> None:
    handler.lambda_handler(event | {"replay-name": MARKER}, context)
    assert [line["order_id"] for line in logs.lines] == [event["detail"]["order_id"]]
    assert not [sent for sent in (MARKER, "MUG-001", "standard") if sent in logs.text]


@pytest.mark.parametrize("event", [None, [], {}, {"detail": {}}, {"Records": []}])
def test_unsupported_event_is_rejected(event: object, context: LambdaContext) -> None:
    assert handler.lambda_handler(event, context)["status"] == "rejected"


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
{% block tests %}{% endblock %}
