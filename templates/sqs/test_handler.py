import copy
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from {{ cookiecutter.__package }} import application, handler
from {{ cookiecutter.__package }}.models import Confirmation, Order
from {{ cookiecutter.__package }}.service import confirm_order

from scripts.invoke import LocalContext
from tests.support import Event, Logs, Sample, read_sample

MARKER = "do-not-log-me"
FIFO = "arn:aws:sqs:eu-central-1:123456789012:orders.fifo"

# What can become of a message: it succeeds, it can never succeed, or something fails before or after the effect.
VALID, MALFORMED, UNKNOWN, UNREADABLE, BEFORE, AFTER = "VALID", "MALFORMED", "UNKNOWN", "UNREADABLE", "BEFORE", "AFTER"
KINDS = [VALID, MALFORMED, UNKNOWN, UNREADABLE, BEFORE, AFTER]


def message(kind: str, message_id: str, group: str | None = None) -> Event:
    """Return a message of which becomes what `kind` says; a `group` makes it one of a FIFO queue."""
    record: Event = copy.deepcopy(read_sample("order")["Records"][0])
    sku = "XXX-001" if kind == UNKNOWN else "MUG-001"
    record["messageId"] = message_id
    record["body"] = json.dumps({"order_id": f"{kind}-{message_id}", "lines": [{"sku": sku, "quantity": 1}]})
    if kind == MALFORMED:
        record["body"] = record["body"][:-1]
    if group:
        record["eventSourceARN"] = FIFO
        record["attributes"] |= {"MessageGroupId": group, "SequenceNumber": message_id}
    return record


@contextmanager
def failures_injected() -> Iterator[list[str]]:
    """Let messages fail as their kind says; yields the ids of the orders that have had their effect."""
    effects: list[str] = []
    read_order = handler.read_order

    def read(text: str) -> Order:
        if f'"{UNREADABLE}-' in text:
            raise RuntimeError
        return read_order(text)

    def confirm(order: Order, *, currency: str, free_shipping_from: int) -> Confirmation:
        if order.order_id.startswith(BEFORE):
            raise RuntimeError
        confirmation = confirm_order(order, currency=currency, free_shipping_from=free_shipping_from)
        effects.append(order.order_id)
        if order.order_id.startswith(AFTER):
            raise RuntimeError
        return confirmation

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(handler, "read_order", read)
        monkeypatch.setattr(application, "confirm_order", confirm)
        yield effects


def send(records: list[Event], context: LambdaContext) -> list[str]:
    """Return the ids that the function reports as failed."""
    response = handler.lambda_handler({"Records": records}, context)
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


def test_a_valid_order_leaves_the_queue(sample: Sample, context: LambdaContext, logs: Logs) -> None:
    event = sample("order")
    assert handler.lambda_handler(event, context) == {"batchItemFailures": []}
    (line,) = logs.lines
    assert line["message"] == "Order confirmed"
    assert line["message_id"] == event["Records"][0]["messageId"]


def test_an_invalid_order_stays_and_is_named_at_each_receive(
    sample: Sample,
    context: LambdaContext,
    logs: Logs,
) -> None:
    event = sample("invalid-order")
    message_id = event["Records"][0]["messageId"]
    for _ in range(2):
        assert handler.lambda_handler(event, context) == {"batchItemFailures": [{"itemIdentifier": message_id}]}
    assert [(line["message"], line["message_id"]) for line in logs.lines] == [("Order rejected", message_id)] * 2
    assert logs.lines[0]["fields"] == ["delivery", "lines.0.quantity", "lines.1.sku"]


@pytest.mark.parametrize("body", [MARKER, json.dumps({"order_id": f"{MARKER} ", "lines": []}), json.dumps({MARKER: 1})])
def test_what_was_sent_is_not_logged(sample: Sample, context: LambdaContext, logs: Logs, body: str) -> None:
    event = sample("order")
    event["Records"][0]["body"] = body
    handler.lambda_handler(event, context)
    assert len(logs.lines) == 1
    assert MARKER not in logs.text


def test_a_confirmed_order_is_logged_by_its_id_alone(context: LambdaContext, logs: Logs) -> None:
    record = message(VALID, str(uuid.uuid4()))
    record["messageAttributes"] = {"note": {"dataType": "String", "stringValue": MARKER}}
    assert send([record], context) == []
    assert [line["order_id"] for line in logs.lines] == [json.loads(record["body"])["order_id"]]
    assert not [sent for sent in (MARKER, "MUG-001") if sent in logs.text]


def test_an_unexpected_error_is_logged_with_its_traceback(context: LambdaContext, logs: Logs) -> None:
    with failures_injected():
        send([message(BEFORE, "1")], context)
    (line,) = logs.lines
    assert (line["level"], line["message"], line["message_id"]) == ("ERROR", "Order failed", "1")
    assert "Traceback" in line["exception"]


@pytest.mark.parametrize("queue", [FIFO, FIFO.removesuffix(".fifo")])
@pytest.mark.parametrize("parts", [{}, {"attributes": None, "body": None}])
def test_a_message_without_its_parts_does_not_bring_back_the_others(
    context: LambdaContext, queue: str, parts: dict[str, None]
) -> None:
    whole, bare = str(uuid.uuid4()), str(uuid.uuid4())
    broken = {"messageId": bare, "eventSource": "aws:sqs", "eventSourceARN": queue} | parts
    assert send([message(VALID, whole, "A" if queue == FIFO else None), broken], context) == [bare]


def test_messages_for_which_no_time_is_left_stay_and_do_not_bring_back_the_others(
    context: LambdaContext,
    logs: Logs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = [str(uuid.uuid4()) for _ in range(3)]
    with failures_injected() as effects:

        def remaining_time(_: LocalContext) -> int:
            return 2_000 if effects else 10_000

        monkeypatch.setattr(LocalContext, "get_remaining_time_in_millis", remaining_time)
        assert send([message(VALID, message_id) for message_id in ids], context) == ids[1:]
    assert [line["message"] for line in logs.lines] == ["Order confirmed", *["Out of time, left in the queue"] * 2]


@given(kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=8), data=st.data())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exactly_the_failed_messages_are_returned(
    kinds: list[str],
    data: st.DataObject,
    context: LambdaContext,
) -> None:
    messages = {str(uuid.uuid4()): kind for kind in kinds}
    received = data.draw(st.lists(st.sampled_from(sorted(messages)), min_size=1, max_size=12))
    with failures_injected() as effects:
        failed = send([message(messages[message_id], message_id) for message_id in received], context)
    assert set(failed) == {message_id for message_id in received if messages[message_id] != VALID}
    succeeded = [f"{VALID}-{message_id}" for message_id in received if messages[message_id] == VALID]
    had_effect = [order_id for order_id in effects if order_id.startswith(VALID)]
{% if cookiecutter.idempotency %}
    assert sorted(had_effect) == sorted(set(succeeded))
{% else %}
    assert had_effect == succeeded
{% endif %}


@given(drawn=st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from("ABC")), min_size=1, max_size=10))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_group_of_a_fifo_queue_waits_behind_its_first_failure(
    drawn: list[tuple[str, str]],
    context: LambdaContext,
) -> None:
    messages = [(str(uuid.uuid4()), kind, group) for kind, group in drawn]
    failed: list[str] = []
    succeeded: list[str] = []
    blocked: set[str] = set()
    for message_id, kind, group in messages:
        if group in blocked or kind != VALID:
            blocked.add(group)
            failed.append(message_id)
        else:
            succeeded.append(f"{VALID}-{message_id}")
    with failures_injected() as effects:
        assert send([message(kind, message_id, group) for message_id, kind, group in messages], context) == failed
    assert [order_id for order_id in effects if order_id.startswith(VALID)] == succeeded


@pytest.mark.parametrize("event", [None, [], {}, {"Records": []}, {"Records": [{"eventSource": "aws:s3"}]}])
def test_another_event_is_refused_by_name(event: Any, context: LambdaContext) -> None:  # noqa: ANN401 - any JSON
    with pytest.raises(handler.UnsupportedEventError, match="messages from SQS"):
        handler.lambda_handler(event, context)


def test_a_health_check_is_answered_without_any_effect(context: LambdaContext, logs: Logs) -> None:
    health = handler.lambda_handler({"health_check": True}, context)
    assert health == {"status": "ok", "service": application.settings.service_name}
    assert logs.lines == []
