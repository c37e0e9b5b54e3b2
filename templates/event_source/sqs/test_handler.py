import json
import os
import random
import uuid
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from {{ cookiecutter.__package }} import handler, orders
from {{ cookiecutter.__package }}.dead_letters import MAX_RECEIVES

from scripts.invoke import LocalContext
from tests.support import Event, Logs, Sample

MARKER = "do-not-log-me"
FIFO = "arn:aws:sqs:eu-central-1:123456789012:orders.fifo"
STANDARD = FIFO.removesuffix(".fifo")

# How processing a message can end.
DONE, REJECTED, FAILED = OUTCOMES = "DONE", "REJECTED", "FAILED"
CRASHED = "CRASHED"
# How often SQS lets a message be received before it moves it itself; tests/infra compares the queue with it.
MAX_RECEIVE_COUNT = 10 * MAX_RECEIVES
BATCH_SIZE = 10

examples = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def send(records: list[Event], context: LambdaContext) -> list[str]:
    """Return the ids of the messages that the function returns to the queue."""
    response = handler.lambda_handler({"Records": records}, context)
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


# Batches, whatever the messages hold.


def message(outcome: str, message_id: str, group: str | None = None, receives: int = 1) -> Event:
    """Return a message with `outcome`; with a `group`, it is from a FIFO queue."""
    attributes = {"MessageGroupId": group} if group else {}
    return {
        "messageId": message_id,
        "body": outcome,
        "attributes": {"ApproximateReceiveCount": str(receives)} | attributes,
        "eventSource": "aws:sqs",
        "eventSourceARN": FIFO if group else STANDARD,
    }


class CrashError(BaseException):
    """The function ends, as after a timeout; Lambda reports nothing of the batch as processed."""


@dataclass
class Simulation:
    """Processing as the bodies say: how each message ended, and how much time there is."""

    processed: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    tries: Counter[str] = field(default_factory=Counter)
    time_for: int = 1_000  # messages

    def process(self, record: Event, *_: object) -> None:
        """End as the body says: a number is how often the message fails before it is DONE."""
        self.time_for -= 1
        self.tries[record["messageId"]] += 1
        match record["body"]:
            case "REJECTED":
                raise orders.RejectedOrderError([])
            case "FAILED":
                raise RuntimeError
            case "CRASHED":
                raise CrashError
            case "DONE":
                pass
            case fails if self.tries[record["messageId"]] <= int(fails):
                raise RuntimeError
        self.processed.append(record["messageId"])

    def send_to_dead_letters(self, record: Event, _: Exception) -> bool:
        self.dead.append(record["messageId"])
        return True

    def remaining_time(self) -> int:
        return 10_000 if self.time_for > 0 else 2_000


@contextmanager
def simulated() -> Generator[Simulation]:
    """Process messages as their bodies say until the block ends."""
    simulation = Simulation()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(handler, "process_message", simulation.process)
        monkeypatch.setattr(handler, "send_to_dead_letters", simulation.send_to_dead_letters)
        monkeypatch.setattr(LocalContext, "get_remaining_time_in_millis", simulation.remaining_time)
        yield simulation


@given(drawn=st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=12))
@examples
def test_only_failed_messages_are_returned(drawn: list[str], context: LambdaContext) -> None:
    expected = {outcome: [str(number) for number, each in enumerate(drawn) if each == outcome] for outcome in OUTCOMES}
    records = [message(outcome, str(number)) for number, outcome in enumerate(drawn)]
    with simulated() as simulation:
        assert send(records, context) == expected[FAILED]
    assert (simulation.processed, simulation.dead) == (expected[DONE], expected[REJECTED])


@given(drawn=st.lists(st.tuples(st.sampled_from(OUTCOMES), st.sampled_from("ABC")), min_size=1, max_size=10))
@examples
def test_failure_holds_back_its_fifo_group(drawn: list[tuple[str, str]], context: LambdaContext) -> None:
    expected: dict[str, list[str]] = {outcome: [] for outcome in OUTCOMES}
    held: set[str] = set()
    for number, (outcome, group) in enumerate(drawn):
        if outcome == FAILED:
            held.add(group)
        expected[FAILED if group in held else outcome].append(str(number))
    with simulated() as simulation:
        records = [message(outcome, str(number), group) for number, (outcome, group) in enumerate(drawn)]
        assert send(records, context) == expected[FAILED]
    assert (simulation.processed, simulation.dead) == (expected[DONE], expected[REJECTED])


def test_last_receive_frees_the_group(context: LambdaContext) -> None:
    records = [message(outcome, outcome, "A", MAX_RECEIVES) for outcome in (FAILED, DONE, "1")]
    with simulated() as simulation:
        assert send(records, context) == ["1"]  # it only waited so far
    assert (simulation.dead, simulation.processed) == ([FAILED], [DONE])


def test_messages_that_waited_come_first(context: LambdaContext) -> None:
    records = [message(DONE, str(receives), receives=receives) for receives in (1, 3, 5, 2)]
    with simulated() as simulation:
        simulation.time_for = 2
        assert send(records, context) == ["2", "1"]
    assert simulation.processed == ["5", "3"]


def test_messages_return_when_time_runs_out(context: LambdaContext, logs: Logs) -> None:
    with simulated() as simulation:
        simulation.time_for = 1
        assert send([message(DONE, message_id) for message_id in "123"], context) == ["2", "3"]
    assert [line["message"] for line in logs.lines] == ["Out of time, returned to the queue"] * 2


def test_unexpected_error_is_logged(context: LambdaContext, logs: Logs) -> None:
    with simulated():
        send([message(FAILED, "1")], context)
    (line,) = logs.lines
    assert (line["level"], line["message"], line["message_id"]) == ("ERROR", "Message failed", "1")
    assert "Traceback" in line["exception"]


# Queues, until they are empty.


class Queue:
    """A queue as SQS has it: each receive counts, whatever it was for, and hides a message until the next round."""

    def __init__(self, messages: list[Event]) -> None:
        self.messages = messages
        self.receives: Counter[str] = Counter()
        self.hidden: set[str] = set()
        self.moved: list[str] = []

    def receive(self) -> list[Event]:
        """Return a batch; in a FIFO queue, without the groups of which a message is hidden."""
        taken = {each["attributes"].get("MessageGroupId") for each in self.messages if each["messageId"] in self.hidden}
        batch = [
            each
            for each in self.messages
            if each["messageId"] not in self.hidden and each["attributes"].get("MessageGroupId") not in taken - {None}
        ][:BATCH_SIZE]
        for each in batch:
            self.hidden.add(each["messageId"])
            self.receives[each["messageId"]] += 1
            each["attributes"]["ApproximateReceiveCount"] = str(self.receives[each["messageId"]])
        exceeded = [each["messageId"] for each in batch if self.receives[each["messageId"]] > MAX_RECEIVE_COUNT]
        self.moved += exceeded
        self.delete(exceeded)
        return [each for each in batch if each["messageId"] not in exceeded]

    def delete(self, message_ids: list[str]) -> None:
        self.messages = [each for each in self.messages if each["messageId"] not in message_ids]


def empty(queue: Queue, context: LambdaContext, *, time_for: int, throttled: int, seed: int | None) -> Simulation:
    """Invoke the function until the queue is empty.

    Args:
        queue: the queue.
        context: the Lambda context.
        time_for: how many messages an invocation has time for.
        throttled: for how many rounds Lambda throttles the function.
        seed: where the order of a standard queue starts, which has none; None for a FIFO queue.
    """
    order = None if seed is None else random.Random(seed)  # noqa: S311 - no secret
    with simulated() as simulation:
        while queue.messages:
            queue.hidden.clear()
            if order:
                order.shuffle(queue.messages)
            while batch := queue.receive():
                if throttled <= 0:
                    simulation.time_for = time_for
                    with suppress(CrashError):
                        returned = send(batch, context)
                        queue.delete([each["messageId"] for each in batch if each["messageId"] not in returned])
            throttled -= 1
    return simulation


def assert_each_ends_well(queue: Queue, messages: list[Event], simulation: Simulation) -> None:
    """Fail unless what is well is processed, and the rest is in the dead-letter queue, each once."""
    ids = {outcome: [each["messageId"] for each in messages if each["body"] == outcome] for outcome in OUTCOMES}
    ended = [*simulation.processed, *simulation.dead, *queue.moved]
    assert sorted(ended) == sorted(each["messageId"] for each in messages)
    assert set(ids[DONE]) <= set(simulation.processed)
    assert {*ids[REJECTED], *ids[FAILED]}.isdisjoint(simulation.processed)
    assert all(simulation.tries[each] == 1 for each in ids[REJECTED])


outcomes = st.sampled_from([*OUTCOMES, DONE, DONE, "1", "2", "4"])


@given(
    drawn=st.lists(st.tuples(outcomes, st.sampled_from("ABC")), min_size=1, max_size=20),
    time_for=st.integers(1, BATCH_SIZE),
    throttled=st.integers(0, 5),
)
@examples
def test_fifo_queue_processes_all_that_is_well(
    drawn: list[tuple[str, str]], time_for: int, throttled: int, context: LambdaContext
) -> None:
    messages = [message(outcome, f"{number:02}", group) for number, (outcome, group) in enumerate(drawn)]
    queue = Queue(messages)
    simulation = empty(queue, context, time_for=time_for, throttled=throttled, seed=None)
    assert_each_ends_well(queue, messages, simulation)
    for group in "ABC":
        of_group = [each for each in simulation.processed if drawn[int(each)][1] == group]
        assert of_group == sorted(of_group)


@given(drawn=st.lists(st.tuples(outcomes, st.sampled_from("AB")), min_size=1, max_size=12))
@examples
def test_fifo_message_is_tried_after_waiting(drawn: list[tuple[str, str]], context: LambdaContext) -> None:
    messages = [message(outcome, str(number), group) for number, (outcome, group) in enumerate(drawn)]
    simulation = empty(Queue(messages), context, time_for=BATCH_SIZE, throttled=0, seed=None)
    assert {each["messageId"] for each in messages if each["body"] == "1"} <= set(simulation.processed)


@given(
    drawn=st.lists(outcomes, min_size=1, max_size=30),
    time_for=st.integers(1, BATCH_SIZE),
    throttled=st.integers(0, 5),
    seed=st.integers(0, 2**32),
)
@examples
def test_standard_queue_processes_all_that_is_well(
    drawn: list[str], time_for: int, throttled: int, seed: int, context: LambdaContext
) -> None:
    messages = [message(outcome, str(number)) for number, outcome in enumerate(drawn)]
    queue = Queue(list(messages))
    simulation = empty(queue, context, time_for=time_for, throttled=throttled, seed=seed)
    assert_each_ends_well(queue, messages, simulation)


@given(healthy=st.integers(1, 2 * BATCH_SIZE), crashes=st.integers(1, 2), seed=st.integers(0, 2**32))
@examples
def test_crash_takes_no_other_message_with_it(healthy: int, crashes: int, seed: int, context: LambdaContext) -> None:
    messages = [message(CRASHED if number < crashes else DONE, str(number)) for number in range(healthy + crashes)]
    queue = Queue(list(messages))
    simulation = empty(queue, context, time_for=BATCH_SIZE, throttled=0, seed=seed)
    assert sorted(queue.moved) == [str(number) for number in range(crashes)]
    assert len(set(simulation.processed)) == healthy
    assert max(Counter(simulation.processed).values()) < 4 * MAX_RECEIVES


# Everything else.


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
    """A message with a valid order; both have a new id."""
    record: Event = event["Records"][0]
    order = json.loads(record["body"]) | {"order_id": str(uuid.uuid4())}
    return record | {"messageId": str(uuid.uuid4()), "body": json.dumps(order)}


def test_valid_order_is_confirmed(record: Event, context: LambdaContext, logs: Logs) -> None:
    assert send([record], context) == []
    (line,) = logs.lines
    assert (line["message"], line["message_id"]) == ("Order confirmed", record["messageId"])
{% block tests %}{% endblock %}


def test_invalid_order_goes_to_dead_letter_queue(sample: Sample, context: LambdaContext, logs: Logs) -> None:
    records = sample("invalid-order")["Records"]
    assert send(records, context) == []
    rejected, sent = logs.lines
    assert (rejected["message"], sent["message"]) == ("Message rejected", "Sent to the dead-letter queue")
    assert rejected["message_id"] == sent["message_id"] == records[0]["messageId"]
    assert rejected["fields"] == ["delivery", "lines.0.quantity", "lines.1.sku"]


@pytest.mark.parametrize("body", [MARKER, json.dumps({"order_id": f"{MARKER} "}), json.dumps({MARKER: 1})])
def test_invalid_input_is_not_logged(record: Event, context: LambdaContext, logs: Logs, body: str) -> None:
    assert send([record | {"body": body}], context) == []
    assert [line["message"] for line in logs.lines] == ["Message rejected", "Sent to the dead-letter queue"]
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
