import json
import os
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
(RECORD,) = SAMPLE["Records"]
ORDER = json.loads(RECORD["Sns"]["Message"])


def event_with(**changes: Any) -> Event:
    """Return the sample event with changes to its notification."""
    return SAMPLE | {"Records": [RECORD | {"Sns": RECORD["Sns"] | changes}]}


def event_of(order: Any) -> Event:
    """Return the sample event with another order."""
    return event_with(Message=json.dumps(order))


def result_of(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Return what becomes of an event with one record."""
    result: dict[str, Any]
    (result,) = handler.lambda_handler(event, context)["results"]
    return result


# Events with anything in place of the whole, of a part of the envelope, or of a part of the order.
ORDERS = st.fixed_dictionaries({name: st.just(value) | ANY_JSON for name, value in ORDER.items()})
ENVELOPES = st.fixed_dictionaries({name: st.just(value) | ANY_JSON for name, value in RECORD["Sns"].items()})
ANY_EVENT = ANY_JSON | ENVELOPES.map(lambda envelope: event_with(**envelope)) | (ORDERS | ANY_JSON).map(event_of)


{% block event %}{% endblock %}
@given(event=ANY_EVENT)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_event_is_confirmed_or_kept_whole(event: Any, context: LambdaContext, take_kept: TakeKept) -> None:
    result = result_of(event, context)
    kept = [json.dumps(read_event(body)) for body in take_kept()]
    assert kept == ([json.dumps(event)] if "reason" in result else [])


def test_valid_order_is_confirmed(event: Event, context: LambdaContext, logs: Logs) -> None:
    confirmation = result_of(event, context)
    assert confirmation["total"] == confirmation["goods"] + confirmation["shipping"] == 4980
    (line,) = logs.lines
    assert (line["message"], line["message_id"]) == ("Order confirmed", RECORD["Sns"]["MessageId"])


def test_envelope_may_have_more_fields(context: LambdaContext) -> None:
    assert result_of(event_with(SequenceNumber="1"), context)["order_id"] == ORDER["order_id"]


def test_invalid_order_is_kept_with_its_cause(
    sample: Sample,
    context: LambdaContext,
    logs: Logs,
    take_kept: TakeKept,
) -> None:
    result = result_of(sample("invalid-order"), context)
    cause = json.loads(take_kept()[0])["responsePayload"]
    assert cause == {"errorType": "RejectedOrderError", "errorMessage": result["reason"]}
    (line,) = logs.lines
    assert line["message"] == "Message rejected"
    assert line["fields"] == ["delivery", "lines.0.quantity", "lines.1.sku"]


def test_message_of_another_topic_is_kept(context: LambdaContext, logs: Logs, take_kept: TakeKept) -> None:
    event = event_with(TopicArn=f"{RECORD['Sns']['TopicArn']}-of-another")
    assert "topic of its stack only" in result_of(event, context)["reason"]
    assert [read_event(body) for body in take_kept()] == [event]
    assert logs.lines[0]["fields"] == ["Records.0.Sns.TopicArn"]


def test_each_record_is_judged_alone(
    event: Event,
    sample: Sample,
    context: LambdaContext,
    logs: Logs,
    take_kept: TakeKept,
) -> None:
    (invalid,) = sample("invalid-order")["Records"]
    results = handler.lambda_handler({"Records": [invalid, {}, *event["Records"]]}, context)["results"]
    assert ["reason" in result for result in results] == [True, True, False]
    assert [read_event(body) for body in take_kept()] == [{"Records": [invalid]}, {"Records": [{}]}]
    message_ids = [line.get("message_id") for line in logs.lines]
    assert message_ids == [invalid["Sns"]["MessageId"], None, RECORD["Sns"]["MessageId"]]


def test_invalid_order_that_is_not_kept_is_raised(
    sample: Sample,
    context: LambdaContext,
    logs: Logs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(failure_queue, "sqs_client", None)
    with pytest.raises(RejectedOrderError):
        handler.lambda_handler(sample("invalid-order"), context)
    assert [line["message"] for line in logs.lines] == ["Message rejected", "Event not kept"]


def test_invalid_input_is_not_logged(context: LambdaContext, logs: Logs) -> None:
    order = ORDER | {"order_id": f"{MARKER} ", MARKER: MARKER}
    assert MARKER not in result_of(event_of(order), context)["reason"]
    assert MARKER not in logs.text


def test_confirmed_order_is_logged_by_id_only(event: Event, context: LambdaContext, logs: Logs) -> None:
    event["Records"][0]["Sns"]["Subject"] = MARKER
    confirmation = result_of(event, context)
    assert [line["order_id"] for line in logs.lines] == [confirmation["order_id"]]
    assert not [sent for sent in (MARKER, "MUG-001", "standard") if sent in logs.text]


@pytest.mark.parametrize("event", [None, [], {}, {"Records": []}, {"Records": [{"Sns": {}}]}, {"detail": {}}])
def test_unsupported_event_is_rejected(event: object, context: LambdaContext) -> None:
    assert result_of(event, context)["status"] == "rejected"


def test_unexpected_error_is_logged_and_raised(
    event: Event,
    context: LambdaContext,
    logs: Logs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(handler, "process_message", fail)
    with pytest.raises(RuntimeError):
        handler.lambda_handler(event, context)
    (line,) = logs.lines
    assert (line["level"], line["message"]) == ("ERROR", "Message failed")
    assert "Traceback" in line["exception"]


def test_health_check_has_no_side_effects(context: LambdaContext, logs: Logs) -> None:
    health = handler.lambda_handler({"health_check": True}, context)
    assert health == {"status": "ok", "service": os.environ["POWERTOOLS_SERVICE_NAME"]}
    assert logs.lines == []
{% block tests %}{% endblock %}
