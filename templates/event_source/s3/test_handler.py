import copy
import gzip
import io
import json
import os
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from {{ cookiecutter.__package }} import failure_queue, handler, lines, orders
from {{ cookiecutter.__package }}.models import Confirmation, Order
{% if cookiecutter.__batches %}
from {{ cookiecutter.__package }}.repository import UnavailableError
{% endif %}
from {{ cookiecutter.__package }}.service import confirm_order

from scripts.redrive import read_event
from tests.support import ANY_JSON, Event, Logs, sample_event
from tests.unit.conftest import {{ 'KeptInMemory, ' if cookiecutter.__batches }}TakeKept

MARKER = "do-not-log-me"
KEY = "orders/test.jsonl"


def order(order_id: str = "", **parts: object) -> bytes:
    """Return a line with a valid order, unless `parts` make it invalid; its id is new if none is given."""
    ordered = {"order_id": order_id or str(uuid.uuid4()), "lines": [{"sku": "MUG-001", "quantity": 1}]}
    return json.dumps(ordered | parts).encode()


def put(content: bytes, key: str = KEY) -> Event:
    """Put an object into the bucket and return the event notification of it."""
    lines.s3.put_object(Bucket="orders", Key=key, Body=content)
    event = sample_event()
    event["Records"][0]["s3"]["object"]["key"] = key
    return event


def without(event: Event, *path: str) -> Event:
    """Return a copy of `event` whose record lacks the part at `path`."""
    event = copy.deepcopy(event)
    part = event["Records"][0]
    for name in path[:-1]:
        part = part[name]
    del part[path[-1]]
    return event


def batch(*events: Event) -> Event:
    """Return one event with the records of all `events`."""
    return {"Records": [record for event in events for record in event["Records"]]}


def report_on(event: Event, context: LambdaContext) -> dict[str, Any]:
    """Return the report on the only object in `event`."""
    report: dict[str, Any]
    (report,) = handler.lambda_handler(event, context)["reports"]
    return report


def kept(take_kept: TakeKept) -> list[Any]:
    """Return the events that were sent to the on-failure destination, in any order."""
    return [read_event(body) for body in take_kept()]


def values(name: str, capsys: pytest.CaptureFixture[str]) -> list[list[float]]:
    """Return the values of the metric `name` in each log line that has any."""
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [line[name] for line in logged if name in line]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Generator[pytest.MonkeyPatch]:
    """Let the service fail for orders whose id starts with `fails`, until this is undone."""

    def fail_for_some(order: Order, *, currency: str, free_shipping_from: int) -> Confirmation:
        if order.order_id.startswith("fails"):
            raise RuntimeError
        return confirm_order(order, currency=currency, free_shipping_from=free_shipping_from)

    with monkeypatch.context() as patched:
        patched.setattr(orders, "confirm_order", fail_for_some)
        yield patched


# The lines of an object.


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\n \r\n"])
@pytest.mark.parametrize("after", [b"", b"\n", b"\r\n\n"])
def test_each_line_is_an_order(context: LambdaContext, compress: Any, before: bytes, after: bytes) -> None:
    report = report_on(put(compress(before + order() + after)), context)
    assert (report["confirmed_count"], report["rejected_count"]) == (1, 0)


def test_empty_object_has_no_lines(context: LambdaContext) -> None:
    assert report_on(put(b""), context)["confirmed_count"] == 0


def test_invalid_line_is_reported_by_number(context: LambdaContext, logs: Logs) -> None:
    content = b"\n".join([order(), b"no order", b"", order(delivery="x"), b"\xff", order()])
    report = report_on(put(content), context)
    assert (report["confirmed_count"], report["rejected_count"]) == (2, 3)
    assert [line["number"] for line in report["rejected"]] == [2, 4, 5]
    assert [line["line"] for line in logs.lines if line["message"] == "Line rejected"] == [2, 4, 5]


def test_long_line_is_rejected(context: LambdaContext, monkeypatch: pytest.MonkeyPatch) -> None:
    line = order()
    monkeypatch.setattr(lines, "MAX_LINE_BYTES", len(line) + 1)
    too_long = [b" " * 1000 + line, line + b" " * 1000, b" " * 1000]
    report = report_on(put(b"\n".join([order(), *too_long, order()])), context)
    assert [line["number"] for line in report["rejected"]] == [2, 3, 4]
    assert report["confirmed_count"] == 2


def test_invalid_input_is_not_logged(context: LambdaContext, logs: Logs, take_kept: TakeKept) -> None:
    content = "\n".join([MARKER, json.dumps({"order_id": f"{MARKER} "}), json.dumps({MARKER: 1})])
    report = report_on(put(content.encode()), context)
    event = sample_event()
    event["Records"][0]["s3"] |= {"bucket": {"name": [MARKER]}, MARKER: MARKER}
    handler.lambda_handler(batch(event, {"Records": [MARKER]}), context)
    assert MARKER not in logs.text
    assert MARKER not in str(report)
    assert len(take_kept()) == 2


def test_confirmed_order_is_logged_by_id_only(context: LambdaContext, logs: Logs) -> None:
    order_id = str(uuid.uuid4())
    assert report_on(put(order(order_id)), context)["confirmed_count"] == 1
    assert [line["order_id"] for line in logs.lines if "order_id" in line] == [order_id]
    assert "MUG-001" not in logs.text


def test_invalid_lines_are_logged_up_to_a_bound(
    context: LambdaContext,
    logs: Logs,
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = report_on(put(b"no order\n" * 10_000), context)
    assert [line["message"] for line in logs.lines] == ["Line rejected"] * 100 + ["Lines processed"]
    assert logs.lines[-1]["rejected"] == report["rejected_count"] == 10_000
    assert logs.lines[-1]["rejected_lines"] == [line["number"] for line in report["rejected"]] == [*range(1, 101)]
    assert values("LinesRejected", capsys) == [[10_000]]


@pytest.mark.usefixtures("failing")
def test_failed_lines_are_logged_up_to_a_bound(
    context: LambdaContext,
    logs: Logs,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(handler, "MAX_LOGGED_LINES", 4)
    monkeypatch.setattr(handler, "MAX_TRACEBACKS", 2)
    with pytest.raises(handler.FailedObjectsError):
        handler.lambda_handler(put(b"\n".join([order(f"fails-{uuid.uuid4()}")] * 10)), context)
    *failed, processed, _ = logs.lines
    assert [(line["message"], "exception" in line) for line in failed] == [
        *([("Line failed", True)] * 2),
        *([("Line failed", False)] * 2),
    ]
    assert (processed["failed"], processed["failed_lines"]) == (10, [1, 2, 3, 4])
    assert values("LinesFailed", capsys) == [[10]]


def test_report_stays_small_whatever_the_lines_hold(context: LambdaContext) -> None:
    line = json.dumps({"a" * 1000: 1} | {str(number): 1 for number in range(1000)}).encode()
    (rejected,) = report_on(put(line), context)["rejected"]
    assert len(rejected["reason"]) < 2000


def test_failed_line_fails_the_object_at_the_end(
    context: LambdaContext,
    logs: Logs,
    failing: pytest.MonkeyPatch,
) -> None:
    fails = order(f"fails-{uuid.uuid4()}")
    event = put(b"\n".join([order(), fails, fails, order()]))
    with pytest.raises(handler.FailedObjectsError, match=r"orders/test\.jsonl"):
        handler.lambda_handler(event, context)
    messages = [line["message"] for line in logs.lines]
{% if cookiecutter.__batches %}
    assert messages[:4] == ["Order confirmed", "Line failed", "Order confirmed", "Line failed"]
{% else %}
    assert messages[:4] == ["Order confirmed", "Line failed", "Line failed", "Order confirmed"]
{% endif %}
    assert messages[4:] == ["Lines processed", "Object failed"]
    assert "2 lines failed, the first is line 2" in logs.text
    failing.undo()
    assert report_on(event, context)["confirmed_count"] == 4
{% block tests %}{% endblock %}
{% if cookiecutter.__batches %}


def test_batches_have_a_bound(
    context: LambdaContext,
    repository: KeptInMemory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handler, "MAX_BATCH", 3)
    sizes: list[int] = []

    def process(batch: list[Order], *, deadline: float) -> dict[str, Any]:
        sizes.append(len(batch))
        return orders.process_orders(batch, deadline=deadline)

    monkeypatch.setattr(handler, "process_orders", process)
    again = order("again")
    report = report_on(put(b"\n".join([order(), order(), order(), again, again, order()])), context)
    assert report["confirmed_count"] == 6
    assert sizes == [3, 1, 2], "an id occurs once in a batch"
    assert len(repository.kept) == 5


def test_unavailable_table_fails_the_object(
    context: LambdaContext,
    logs: Logs,
    repository: KeptInMemory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise UnavailableError

    monkeypatch.setattr(repository, "find_all", fail)
    with pytest.raises(handler.FailedObjectsError):
        handler.lambda_handler(put(b"\n".join([order(), b"no order", order()])), context)
    failed = [(line["line"], line["exception_name"]) for line in logs.lines if line["message"] == "Line failed"]
    assert failed == [(1, "UnavailableError"), (3, "UnavailableError")]


def test_order_id_with_other_content_is_rejected(context: LambdaContext) -> None:
    report = report_on(put(order("A-1") + b"\n" + order("A-1", delivery="express")), context)
    (rejected,) = report["rejected"]
    assert rejected == {"number": 2, "reason": "order_id: This order id was used before, with other content"}
{% endif %}


# Objects that cannot be read.

CORRUPT = [
    gzip.compress(order())[:-10],
    gzip.compress(order())[:-8] + b"\0" * 8,
    gzip.compress(order())[:10] + b"\xff" * 20,
    gzip.compress(order()) + b"garbage",
]


@pytest.mark.parametrize("content", CORRUPT, ids=["truncated", "checksum", "block", "trailing"])
def test_corrupt_object_is_kept(context: LambdaContext, logs: Logs, take_kept: TakeKept, content: bytes) -> None:
    event = put(content)
    assert handler.lambda_handler(event, context)["reports"] == []
    assert kept(take_kept) == [event]
    (line,) = [line for line in logs.lines if line["message"] == "Object rejected"]
    assert (line["bucket"], line["key"]) == ("orders", KEY)
    assert "corrupt or truncated" in line["reason"]


@pytest.mark.usefixtures("failing")
def test_failed_lines_of_corrupt_object_are_retried_first(context: LambdaContext, take_kept: TakeKept) -> None:
    content = order("fails") + b"\n" + os.urandom(1_000_000)
    with pytest.raises(handler.FailedObjectsError):
        handler.lambda_handler(put(gzip.compress(content)[:-8]), context)
    assert kept(take_kept) == []


def test_failed_object_fails_the_event_at_the_end(context: LambdaContext, logs: Logs, take_kept: TakeKept) -> None:
    missing = sample_event()
    missing["Records"][0]["s3"]["object"]["key"] = "orders/missing.jsonl"
    with pytest.raises(handler.FailedObjectsError, match=r"orders/missing\.jsonl"):
        handler.lambda_handler(batch(missing, {"Records": [None]}, put(order())), context)
    logged = [(line["message"], line.get("key")) for line in logs.lines if line["message"].startswith("O")]
    assert logged == [("Object failed", "orders/missing.jsonl"), ("Object rejected", None), ("Order confirmed", KEY)]
    assert kept(take_kept) == [], "the whole event is retried"


def test_all_objects_are_processed_if_one_cannot_be_kept(
    context: LambdaContext,
    logs: Logs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(failure_queue, "sqs_client", None)
    with pytest.raises(lines.RejectedObjectError, match="corrupt"):
        handler.lambda_handler(batch(put(CORRUPT[0]), put(order(), key="orders/other.jsonl")), context)
    assert "Order confirmed" in [line["message"] for line in logs.lines]


class BrokenConnection(BaseHTTPRequestHandler):
    """Announces an object, and closes the connection after its first half."""

    content: bytes

    def do_GET(self) -> None:
        self.send_response_only(200)  # logs nothing
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content[: len(self.content) // 2])


@pytest.mark.parametrize("content", [order(), gzip.compress(order()), gzip.compress(os.urandom(500_000))])
def test_broken_connection_is_no_truncated_object(
    context: LambdaContext,
    logs: Logs,
    take_kept: TakeKept,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
) -> None:
    monkeypatch.setattr(BrokenConnection, "content", content, raising=False)
    with HTTPServer(("127.0.0.1", 0), BrokenConnection) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(lines, "s3", boto3.client("s3", endpoint_url=f"http://127.0.0.1:{server.server_port}"))
        with pytest.raises(handler.FailedObjectsError):
            handler.lambda_handler(sample_event(), context)
        server.shutdown()
    assert kept(take_kept) == []
    assert logs.lines[-1]["exception_name"] == "IncompleteReadError"


# Event notifications.


@pytest.mark.parametrize(
    ("encoded", "key"),
    [("a+b", "a b"), ("a%2Bb", "a+b"), ("f%C3%BCr+alle", "f\u00fcr alle"), ("100%25/x%3Dy", "100%/x=y")],
)
def test_key_is_decoded(encoded: str, key: str) -> None:
    event = sample_event()
    event["Records"][0]["s3"]["object"]["key"] = encoded
    assert lines.parse_location(event).key == key


def test_version_in_event_is_read(context: LambdaContext) -> None:
    lines.s3.put_bucket_versioning(Bucket="orders", VersioningConfiguration={"Status": "Enabled"})
    event = put(order(), key="orders/versions.jsonl")
    version = lines.s3.head_object(Bucket="orders", Key="orders/versions.jsonl")["VersionId"]
    put(b"no order", key="orders/versions.jsonl")
    event["Records"][0]["s3"]["object"]["versionId"] = version
    assert report_on(event, context)["confirmed_count"] == 1


def test_object_is_streamed(context: LambdaContext, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    get_object = lines.s3.get_object

    def watch(**request: str) -> dict[str, Any]:
        response: dict[str, Any] = get_object(**request)
        body = response["Body"]
        readinto = body.readinto

        def watched(buffer: memoryview) -> int:
            sizes.append(len(buffer))
            count: int = readinto(buffer)
            return count

        body.readinto = watched
        return response

    monkeypatch.setattr(lines.s3, "get_object", watch)
    report_on(put((b"x" * 10_000 + b"\n") * 50), context)
    assert max(sizes) <= 128 * 1024
    assert len(sizes) > 2


@pytest.mark.parametrize("name", ["eventVersion", "eventSource", "awsRegion", "eventTime", "eventName"])
def test_only_bucket_and_key_are_required(context: LambdaContext, name: str) -> None:
    assert report_on(without(put(order()), name), context)["confirmed_count"] == 1


@pytest.mark.parametrize("name", ["sequencer", "size", "eTag"])
def test_parts_of_the_object_are_optional(context: LambdaContext, name: str) -> None:
    assert report_on(without(put(order()), "s3", "object", name), context)["confirmed_count"] == 1


def test_each_record_of_an_object_has_a_report(context: LambdaContext) -> None:
    event = put(order())
    assert len(handler.lambda_handler(batch(event, event), context)["reports"]) == 2


@pytest.mark.parametrize("event", [None, [], {}, {"Records": []}, {"Records": {}}, {"Records": [{"s3": None}]}])
def test_unsupported_event_is_kept(event: Any, context: LambdaContext, take_kept: TakeKept) -> None:
    assert handler.lambda_handler(event, context)["reports"] == []
    assert kept(take_kept) == [event]


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        *(("bucket", "name", value) for value in ("", "a b")),
        *(("object", "key", value) for value in ("", "\ud800")),
        *(("object", "versionId", value) for value in ("", 5)),
    ],
)
def test_impossible_name_is_kept(
    context: LambdaContext,
    take_kept: TakeKept,
    part: str,
    name: str,
    value: object,
) -> None:
    event = sample_event()
    event["Records"][0]["s3"][part][name] = value
    handler.lambda_handler(event, context)
    assert kept(take_kept) == [event]


# Any mixture of records. What becomes of each is known beforehand.

HEALTHY, REJECTED, FAILED = "HEALTHY", "REJECTED", "FAILED"
OBJECTS = {"healthy": b"one line", "corrupt": CORRUPT[2]}
REQUIRED = [("s3",), ("s3", "bucket"), ("s3", "bucket", "name"), ("s3", "object"), ("s3", "object", "key")]
OPTIONAL = [("eventName",), ("userIdentity",), ("s3", "configurationId"), ("s3", "object", "sequencer")]
NO_TEXT = ANY_JSON.filter(lambda value: not isinstance(value, str))


def record_of(key: str, path: tuple[str, ...] = (), value: object = None) -> Event:
    """Return a record of the object `key`, with `value` in place of the part at `path`."""
    (record,) = sample_event()["Records"]
    record["s3"]["object"]["key"] = key
    part = record
    for name in path[:-1]:
        part = part[name]
    if path:
        part[path[-1]] = value
    return dict(record)


CHANGED = st.builds(record_of, st.just("healthy"), st.sampled_from(OPTIONAL), ANY_JSON)
MALFORMED = st.builds(record_of, st.just("healthy"), st.sampled_from(REQUIRED), NO_TEXT)
RECORDS = (
    st.tuples(st.just(HEALTHY), st.just(record_of("healthy")) | CHANGED)
    | st.tuples(st.just(REJECTED), st.just(record_of("corrupt")) | MALFORMED | ANY_JSON)
    | st.tuples(st.just(FAILED), st.just(record_of("missing")))
)


@contextmanager
def observed() -> Generator[tuple[list[str], list[object]]]:
    """Yield the keys of the objects whose lines were processed, and the events that were kept."""
    processed: list[str] = []
    kept: list[object] = []

    def open_object(location: lines.Location) -> io.BytesIO:
        return io.BytesIO(OBJECTS[location.key])

    def process_line(report: handler.Report, *_: object) -> None:
        processed.append(report.key)

    def keep_event(event: object, *_: object) -> None:
        kept.append(event)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(lines, "open_object", open_object)
        monkeypatch.setattr(handler, "{{ 'add_outcome' if cookiecutter.__batches else 'process_line' }}", process_line)
        monkeypatch.setattr(handler, "keep_event", keep_event)
        yield processed, kept


@given(drawn=st.lists(RECORDS, min_size=1, max_size=6))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_record_is_judged_alone(drawn: list[tuple[str, Any]], context: LambdaContext) -> None:
    outcomes = [outcome for outcome, _ in drawn]
    with observed() as (processed, kept):
        try:
            response = handler.lambda_handler({"Records": [record for _, record in drawn]}, context)
        except handler.FailedObjectsError:
            assert FAILED in outcomes
            assert kept == [], "Lambda retries the whole event"
        else:
            assert FAILED not in outcomes
            assert kept == [{"Records": [record]} for outcome, record in drawn if outcome == REJECTED]
            assert len(response["reports"]) == outcomes.count(HEALTHY)
    assert processed == ["healthy"] * outcomes.count(HEALTHY)


def test_health_check_has_no_side_effects(context: LambdaContext, logs: Logs) -> None:
    health = handler.lambda_handler({"health_check": True}, context)
    assert health == {"status": "ok", "service": os.environ["POWERTOOLS_SERVICE_NAME"]}
    assert logs.lines == []
