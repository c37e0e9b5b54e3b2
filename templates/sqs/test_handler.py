import json
import os
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from {{ cookiecutter.__package }} import handler, orders

from scripts.invoke import LocalContext
from tests.support import Event, Logs, Sample

MARKER = "do-not-log-me"
FIFO = "arn:aws:sqs:eu-central-1:123456789012:orders.fifo"
STANDARD = FIFO.removesuffix(".fifo")

# How processing a message can end.
DONE, REJECTED, FAILED = OUTCOMES = "DONE", "REJECTED", "FAILED"


def send(records: list[Event], context: LambdaContext) -> list[str]:
    """Return the ids of the messages that the function reports as failed."""
    response = handler.lambda_handler({"Records": records}, context)
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


# Batches, whatever the messages hold.


def message(outcome: str, message_id: str, group: str | None = None) -> Event:
    """Return a message with `outcome`; with a `group`, it is from a FIFO queue."""
    attributes = {"MessageGroupId": group} if group else {}
    return {
        "messageId": message_id,
        "body": outcome,
        "attributes": {"ApproximateReceiveCount": "1"} | attributes,
        "eventSource": "aws:sqs",
        "eventSourceARN": FIFO if group else STANDARD,
    }


@contextmanager
def outcomes_simulated() -> Generator[list[str]]:
    """Give each message the outcome in its body; yield the ids of the messages that were processed."""
    processed: list[str] = []

    def process(record: Event, *_: object) -> None:
        match record["body"]:
            case "REJECTED":
                raise orders.RejectedOrderError([])
            case "FAILED":
                raise RuntimeError
        processed.append(record["messageId"])

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(handler, "process_message", process)
        yield processed


@given(drawn=st.lists(st.tuples(st.sampled_from("1234"), st.sampled_from(OUTCOMES)), min_size=1, max_size=12))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_only_failed_messages_are_returned(drawn: list[tuple[str, str]], context: LambdaContext) -> None:
    with outcomes_simulated() as processed:
        failed = send([message(outcome, message_id) for message_id, outcome in drawn], context)
    assert failed == [message_id for message_id, outcome in drawn if outcome != DONE]
    assert processed == [message_id for message_id, outcome in drawn if outcome == DONE]


@given(drawn=st.lists(st.tuples(st.sampled_from(OUTCOMES), st.sampled_from("ABC")), min_size=1, max_size=10))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_failure_holds_back_its_fifo_group(drawn: list[tuple[str, str]], context: LambdaContext) -> None:
    expected: dict[bool, list[str]] = {True: [], False: []}
    blocked: set[str] = set()
    for number, (outcome, group) in enumerate(drawn):
        if outcome != DONE:
            blocked.add(group)
        expected[group not in blocked].append(str(number))
    with outcomes_simulated() as processed:
        records = [message(outcome, str(number), group) for number, (outcome, group) in enumerate(drawn)]
        assert send(records, context) == expected[False]
    assert processed == expected[True]


def test_messages_return_when_time_runs_out(
    context: LambdaContext,
    logs: Logs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with outcomes_simulated() as processed:

        def remaining_time(_: LocalContext) -> int:
            return 2_000 if processed else 10_000

        monkeypatch.setattr(LocalContext, "get_remaining_time_in_millis", remaining_time)
        assert send([message(DONE, message_id) for message_id in "123"], context) == ["2", "3"]
    assert [line["message"] for line in logs.lines] == ["Out of time, returned to the queue"] * 2


def test_unexpected_error_is_logged(context: LambdaContext, logs: Logs) -> None:
    with outcomes_simulated():
        send([message(FAILED, "1")], context)
    (line,) = logs.lines
    assert (line["level"], line["message"], line["message_id"]) == ("ERROR", "Message failed", "1")
    assert "Traceback" in line["exception"]


@pytest.mark.parametrize("event", [None, [], {}, {"Records": []}, {"Records": [{"eventSource": "aws:s3"}]}])
def test_unsupported_event_raises_error(event: Any, context: LambdaContext) -> None:
    with pytest.raises(handler.UnsupportedEventError, match="batch of SQS messages"):
        handler.lambda_handler(event, context)


def test_health_check_has_no_side_effects(context: LambdaContext, logs: Logs) -> None:
    health = handler.lambda_handler({"health_check": True}, context)
    assert health == {"status": "ok", "service": os.environ["POWERTOOLS_SERVICE_NAME"]}
    assert logs.lines == []


# The messages of this service.


@pytest.fixture
def record(event: Event) -> Event:
    """A message with a valid order and a new id."""
    record: Event = event["Records"][0] | {"messageId": str(uuid.uuid4())}
    return record


def test_valid_order_is_confirmed(record: Event, context: LambdaContext, logs: Logs) -> None:
    assert send([record], context) == []
    (line,) = logs.lines
    assert (line["message"], line["message_id"]) == ("Order confirmed", record["messageId"])
{% if cookiecutter.idempotency %}


def test_repeated_message_is_processed_once(record: Event, context: LambdaContext, logs: Logs) -> None:
    assert send([record, record], context) == []
    assert [line["message"] for line in logs.lines] == ["Order confirmed"]
{% endif %}


def test_invalid_order_is_logged_at_each_receive(sample: Sample, context: LambdaContext, logs: Logs) -> None:
    records = sample("invalid-order")["Records"]
    message_id = records[0]["messageId"]
    for _ in range(2):
        assert send(records, context) == [message_id]
    assert [(line["message"], line["message_id"]) for line in logs.lines] == [("Message rejected", message_id)] * 2
    assert logs.lines[0]["fields"] == ["delivery", "lines.0.quantity", "lines.1.sku"]


@pytest.mark.parametrize("body", [None, MARKER, json.dumps({"order_id": f"{MARKER} "}), json.dumps({MARKER: 1})])
def test_invalid_input_is_not_logged(record: Event, context: LambdaContext, logs: Logs, body: str | None) -> None:
    assert send([record | {"body": body}], context) == [record["messageId"]]
    assert len(logs.lines) == 1
    assert MARKER not in logs.text


def test_confirmed_order_is_logged_by_id_only(record: Event, context: LambdaContext, logs: Logs) -> None:
    record["messageAttributes"] = {"note": {"dataType": "String", "stringValue": MARKER}}
    assert send([record], context) == []
    assert [line["order_id"] for line in logs.lines] == [json.loads(record["body"])["order_id"]]
    assert not [sent for sent in (MARKER, "MUG-001") if sent in logs.text]


@pytest.mark.parametrize("queue", [FIFO, STANDARD])
@pytest.mark.parametrize("parts", [{}, {"attributes": None, "body": None}])
def test_incomplete_message_returns_alone(
    record: Event,
    context: LambdaContext,
    queue: str,
    parts: dict[str, None],
) -> None:
    record["eventSourceARN"] = queue
    incomplete = {"messageId": "incomplete", "eventSource": "aws:sqs", "eventSourceARN": queue} | parts
    assert send([record, incomplete], context) == ["incomplete"]
