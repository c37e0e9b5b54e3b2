{% block stdlib %}
import json
{% endblock %}
import os
import uuid
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
{% block third_party %}{% endblock %}
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from {{ cookiecutter.__package }} import failure_queue, handler, orders
from {{ cookiecutter.__package }}.records import SOURCE, sequence_number

from scripts.invoke import LocalContext
from tests.support import Event, Logs, Sample
from tests.unit.conftest import TakeKept

MARKER = "do-not-log-me"
RETRIES = 6  # of one record, before Lambda gives up on it

# How processing a record can end; a number is how often it fails before it is DONE.
DONE, REJECTED, FAILED, CRASHED = OUTCOMES = "DONE", "REJECTED", "FAILED", "CRASHED"

examples = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def invoke(records: list[Event], context: LambdaContext) -> str | None:
    """Return the sequence number that the function reports; None if it reports none."""
    response = handler.lambda_handler({"Records": records}, context)
    (failure,) = response["batchItemFailures"] or [{"itemIdentifier": None}]
    reported: str | None = failure["itemIdentifier"]
    return reported


def send(records: list[Event], context: LambdaContext) -> str | None:
    """Return the sequence number of the record with which Lambda must go on; None if there is none."""
    try:
        return invoke(records, context)
    except handler.FirstRecordError:
        return sequence_number(records[0])


# Batches, whatever the records hold.


{% block record required %}{% endblock %}
class CrashError(BaseException):
    """The function ends, as after a timeout; Lambda reports nothing of the batch as processed."""


ERRORS = (CrashError, handler.FirstRecordError)


@dataclass
class Simulation:
    """Processing as the outcomes say: what had an effect, what was kept, and how much time there is."""

    outcomes: dict[str, str]  # by sequence number
    effects: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    tries: Counter[str] = field(default_factory=Counter)
    time_for: int = 1_000  # records

    def process(self, record: Event, *_: object) -> None:
        """End as the outcome says: before the effect, or after it, as if another call had failed then."""
        self.time_for -= 1
        number = sequence_number(record)
        self.tries[number] += 1
        outcome, is_after = self.outcomes[number].removesuffix(" after"), self.outcomes[number].endswith(" after")
        if is_after:
            self.effects.append(number)
        match outcome:
            case "REJECTED":
                raise orders.RejectedOrderError([])
            case "FAILED":
                raise RuntimeError
            case "CRASHED":
                raise CrashError
            case "DONE":
                pass
            case fails if self.tries[number] <= int(fails):
                raise CrashError if int(fails) % 2 else RuntimeError
        if not is_after:
            self.effects.append(number)

    def keep(self, event: Event, *_: object) -> None:
        self.kept += [sequence_number(record) for record in event["Records"]]

    def remaining_time(self) -> int:
        return 30_000 if self.time_for > 0 else handler.RESERVED_MILLISECONDS - 1


@contextmanager
def simulated(outcomes: list[str]) -> Generator[Simulation]:
    """Process records with these outcomes, the first of which has the sequence number 1, until the block ends."""
    simulation = Simulation({str(number): outcome for number, outcome in enumerate(outcomes, 1)})
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(handler, "process_order_in", simulation.process)
        monkeypatch.setattr(handler, "keep_event", simulation.keep)
        monkeypatch.setattr(LocalContext, "get_remaining_time_in_millis", simulation.remaining_time)
        yield simulation


@given(outcomes=st.lists(st.sampled_from([DONE, DONE, REJECTED, FAILED]), min_size=1, max_size=12))
@examples
def test_failure_holds_back_what_is_behind_it(outcomes: list[str], context: LambdaContext) -> None:
    numbers = [str(number) for number in range(1, len(outcomes) + 1)]
    reached = outcomes.index(FAILED) if FAILED in outcomes else len(outcomes)
    with simulated(outcomes) as simulation:
        assert send(list(map(record_with, numbers)), context) == (numbers[reached] if FAILED in outcomes else None)
    assert simulation.effects == [each for each in numbers[:reached] if outcomes[int(each) - 1] == DONE]
    assert simulation.kept == [each for each in numbers[:reached] if outcomes[int(each) - 1] == REJECTED]


def test_failed_first_record_is_function_error(context: LambdaContext) -> None:
    with simulated([FAILED, DONE]), pytest.raises(handler.FirstRecordError, match="first of 2 records failed: 1"):
        handler.lambda_handler({"Records": [record_with("1"), record_with("2")]}, context)


def test_next_invocation_goes_on_when_time_runs_out(context: LambdaContext, logs: Logs) -> None:
    with simulated([DONE] * 3) as simulation:
        simulation.time_for = 1
        assert send(list(map(record_with, "123")), context) == "2"
    (line,) = logs.lines
    assert (line["message"], line["count"]) == ("Out of time, the next invocation goes on", 2)


def test_first_record_is_processed_whatever_time_is_left(context: LambdaContext) -> None:
    with simulated([DONE]) as simulation:
        simulation.time_for = 0
        assert send([record_with("1")], context) is None
    assert simulation.effects == ["1"]


def test_unexpected_error_is_logged(context: LambdaContext, logs: Logs) -> None:
    with simulated([DONE, FAILED]):
        assert send(list(map(record_with, "12")), context) == "2"
    (line,) = logs.lines
    assert (line["level"], line["message"], line["sequence_number"]) == ("ERROR", "Record failed", "2")
    assert "Traceback" in line["exception"]


# Shards, until they are empty.


@dataclass
class Shard:
    """A shard as Lambda reads it: in batches, each of which is tried until it ends, before what is behind it."""

    batches: list[list[str]]
    retries: Counter[str] = field(default_factory=Counter)
    given_up: list[str] = field(default_factory=list)  # Lambda sends their sequence numbers to the destination

    def read(self, invoke: Callable[[list[str]], str | None]) -> None:
        """Invoke the function until no batch is left, with the settings of the event source mapping."""
        while self.batches:
            batch = self.batches.pop(0)
            try:
                checkpoint = invoke(batch)
            except ERRORS:
                self.batches[:0] = self.split(batch)
            else:
                self.batches[:0] = [] if checkpoint is None else self.go_on(batch, batch.index(checkpoint))

    def split(self, batch: list[str]) -> list[list[str]]:
        """Return the batches to try after an error: halves, which is no retry, or the only record again."""
        middle = len(batch) // 2
        return [batch[:middle], batch[middle:]] if middle else self.retry(batch)

    def go_on(self, batch: list[str], position: int) -> list[list[str]]:
        """Return the batch to try after a report: what is left. Without progress, nothing says that Lambda splits."""
        return [batch[position:]] if position else self.retry(batch)

    def retry(self, batch: list[str]) -> list[list[str]]:
        """Return `batch` to try again; if Lambda gives up on it, nothing."""
        self.retries[batch[0]] += 1
        if self.retries[batch[0]] <= RETRIES:
            return [batch]
        self.given_up += batch
        return []


def without_repeats(numbers: list[str]) -> list[int]:
    """Return the numbers in the order in which each is there first."""
    return list(map(int, dict.fromkeys(numbers)))


@given(
    outcomes=st.lists(
        st.sampled_from([*OUTCOMES, DONE, DONE, DONE, "1", "2", "3", "4 after", "FAILED after", "CRASHED after"]),
        min_size=1,
        max_size=30,
    ),
    size=st.integers(1, 10),
    time_for=st.integers(1, 10),
)
@examples
def test_shard_loses_nothing_and_keeps_its_order(
    outcomes: list[str], size: int, time_for: int, context: LambdaContext
) -> None:
    numbers = [str(number) for number in range(1, len(outcomes) + 1)]
    shard = Shard([numbers[start : start + size] for start in range(0, len(numbers), size)])
    with simulated(outcomes) as simulation:

        def invoke_in_time(batch: list[str]) -> str | None:
            simulation.time_for = time_for
            return invoke(list(map(record_with, batch)), context)

        shard.read(invoke_in_time)
    never = {number for number, outcome in simulation.outcomes.items() if outcome.startswith((FAILED, CRASHED))}
    rejected = {number for number, outcome in simulation.outcomes.items() if outcome == REJECTED}
    assert set(shard.given_up) == never, "nothing else is given up on"
    assert set(simulation.kept) == rejected, "a rejected record neither blocks nor gets lost"
    assert set(numbers) - never - rejected <= set(simulation.effects), "all others have their effect"
    for ended in (simulation.effects, simulation.kept, shard.given_up):
        assert without_repeats(ended) == sorted(without_repeats(ended)), "no record overtakes another"
    assert len(set(shard.given_up)) == len(shard.given_up)


@given(
    outcomes=st.lists(st.sampled_from([DONE, DONE, "1 after", "2 after", "3 after"]), min_size=1, max_size=20),
    size=st.integers(1, 10),
)
@examples
def test_record_is_repeated_with_all_behind_it(outcomes: list[str], size: int, context: LambdaContext) -> None:
    numbers = [str(number) for number in range(1, len(outcomes) + 1)]
    shard = Shard([numbers[start : start + size] for start in range(0, len(numbers), size)])
    with simulated(outcomes) as simulation:
        shard.read(lambda batch: invoke(list(map(record_with, batch)), context))
    last = 0
    for number in map(int, simulation.effects):
        assert number <= last + 1, "what is behind a failure had no effect before it"
        last = number


# Everything else.


@pytest.mark.parametrize("event", [None, [], {}, {"Records": []}, {"Records": [{"eventSource": "aws:s3"}]}])
def test_unsupported_event_raises_error(event: Any, context: LambdaContext) -> None:
    with pytest.raises(handler.UnsupportedEventError, match="batch of records"):
        handler.lambda_handler(event, context)


def test_health_check_has_no_side_effects(context: LambdaContext, logs: Logs) -> None:
    health = handler.lambda_handler({"health_check": True}, context)
    assert health == {"status": "ok", "service": os.environ["POWERTOOLS_SERVICE_NAME"]}
    assert logs.lines == []


# The records of this service.


{% block order_record required %}{% endblock %}
@pytest.fixture
def record(event: Event) -> Event:
    """A record with a valid order, which has a new id."""
    record: Event = event["Records"][0]
    return with_order(record, order_in(record) | {"order_id": str(uuid.uuid4())})


def test_valid_order_is_confirmed(record: Event, context: LambdaContext, logs: Logs) -> None:
    assert send([record], context) is None
    (line,) = logs.lines
    assert (line["message"], line["sequence_number"]) == ("Order confirmed", sequence_number(record))
{% block tests %}{% endblock %}


def test_invalid_order_goes_to_failure_queue(
    sample: Sample, record: Event, context: LambdaContext, logs: Logs, take_kept: TakeKept
) -> None:
    (invalid,) = sample("invalid-order")["Records"]
    assert send([invalid, record], context) is None
    rejected, confirmed = logs.lines
    assert (rejected["message"], confirmed["message"]) == ("Record rejected", "Order confirmed")
    assert rejected["fields"] == ["delivery", "lines.0.quantity", "lines.1.sku"]
    (kept,) = map(json.loads, take_kept())
    assert kept["requestPayload"] == {"Records": [invalid]}
    assert kept["responsePayload"]["errorType"] == "RejectedOrderError"


def test_rejected_record_that_cannot_be_kept_is_tried_again(
    sample: Sample, context: LambdaContext, logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    (invalid,) = sample("invalid-order")["Records"]
    missing = orders.settings.model_copy(update={"failure_queue_url": "http://127.0.0.1/123456789012/missing"})
    monkeypatch.setattr(failure_queue, "settings", missing)
    assert send([invalid], context) == sequence_number(invalid)
    assert [line["message"] for line in logs.lines] == ["Record rejected", "Event not kept"]


def test_invalid_input_is_not_logged(record: Event, context: LambdaContext, logs: Logs, take_kept: TakeKept) -> None:
    for invalid in ({"order_id": f"{MARKER} "}, {MARKER: 1}):
        assert send([with_order(record, invalid)], context) is None
    assert [line["message"] for line in logs.lines] == ["Record rejected"] * 2
    assert len(take_kept()) == 2
    assert MARKER not in logs.text


def test_confirmed_order_is_logged_by_id_only(record: Event, context: LambdaContext, logs: Logs) -> None:
    assert send([record | {"note": MARKER}], context) is None
    assert [line["order_id"] for line in logs.lines] == [order_in(record)["order_id"]]
    assert not [sent for sent in (MARKER, "MUG-001") if sent in logs.text]
