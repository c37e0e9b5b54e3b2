import gzip
import json
import os
import uuid
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from {{ cookiecutter.__package }} import handler, lines, orders
from {{ cookiecutter.__package }}.models import Confirmation, Order
from {{ cookiecutter.__package }}.service import confirm_order

from tests.support import Event, Logs, sample_event

MARKER = "do-not-log-me"
VALID = json.dumps({"order_id": "A-1", "lines": [{"sku": "MUG-001", "quantity": 1}]}).encode()


def put(content: bytes, key: str = "orders/test.jsonl") -> Event:
    """Put an object into the bucket and return the event notification of it."""
    lines.s3.put_object(Bucket="orders", Key=key, Body=content)
    event = sample_event()
    event["Records"][0]["s3"]["object"] |= {"key": key, "sequencer": str(uuid.uuid4())}
    return event


def report_on(event: Event, context: LambdaContext) -> dict[str, Any]:
    """Return the report on the only object in `event`."""
    report: dict[str, Any]
    (report,) = handler.lambda_handler(event, context)["reports"]
    return report


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("content", [VALID, VALID + b"\n", b"\xef\xbb\xbf" + VALID, b"\n \r\n" + VALID + b"\r\n\n"])
def test_each_line_is_an_order(context: LambdaContext, compress: Any, content: bytes) -> None:
    report = report_on(put(compress(content)), context)
    assert (report["confirmed_count"], report["rejected_count"]) == (1, 0)


def test_empty_object_has_no_lines(context: LambdaContext) -> None:
    assert report_on(put(b""), context)["confirmed_count"] == 0


def test_invalid_line_is_reported_by_number(context: LambdaContext, logs: Logs) -> None:
    content = b"\n".join([VALID, b"no order", b"", VALID.replace(b"MUG", b"XXX"), b"\xff", VALID])
    report = report_on(put(content), context)
    assert (report["confirmed_count"], report["rejected_count"]) == (2, 3)
    assert [line["number"] for line in report["rejected"]] == [2, 4, 5]
    assert [line["line"] for line in logs.lines if line["message"] == "Line rejected"] == [2, 4, 5]


def test_report_has_first_invalid_lines_only(context: LambdaContext) -> None:
    report = report_on(put(b"no order\n" * 150), context)
    assert report["rejected_count"] == 150
    assert [line["number"] for line in report["rejected"]] == list(range(1, 101))


def test_long_line_is_rejected(context: LambdaContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE_BYTES", len(VALID) + 1)
    too_long = [b" " * 1000 + VALID, VALID + b" " * 1000, b" " * 1000]
    report = report_on(put(b"\n".join([VALID, *too_long, VALID])), context)
    assert [line["number"] for line in report["rejected"]] == [2, 3, 4]
    assert report["confirmed_count"] == 2


def test_invalid_input_is_not_logged(context: LambdaContext, logs: Logs) -> None:
    content = "\n".join([MARKER, json.dumps({"order_id": f"{MARKER} "}), json.dumps({MARKER: 1})])
    report_on(put(content.encode()), context)
    assert MARKER not in logs.text


def test_confirmed_order_is_logged_by_id_only(context: LambdaContext, logs: Logs) -> None:
    assert report_on(put(VALID), context)["confirmed_count"] == 1
    assert [line["order_id"] for line in logs.lines if "order_id" in line] == ["A-1"]
    assert "MUG-001" not in logs.text


def test_failed_line_fails_the_object_at_the_end(
    context: LambdaContext,
    logs: Logs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail_for_some(order: Order, *, currency: str, free_shipping_from: int) -> Confirmation:
        if order.order_id == "fails":
            raise RuntimeError
        return confirm_order(order, currency=currency, free_shipping_from=free_shipping_from)

    failing = VALID.replace(b"A-1", b"fails")
    event = put(b"\n".join([VALID, failing, failing, VALID]))
    with monkeypatch.context() as patched:
        patched.setattr(orders, "confirm_order", fail_for_some)
        with pytest.raises(handler.FailedObjectsError, match=r"orders/test\.jsonl"):
            handler.lambda_handler(event, context)
    messages = [line["message"] for line in logs.lines]
    assert messages == ["Order confirmed", "Line failed", "Line failed", "Order confirmed", "Object failed"]
    assert "2 lines failed, the first is line 2" in logs.text
{% if cookiecutter.idempotency %}
    report_on(event, context)
    assert [line["message"] for line in logs.lines].count("Order confirmed") == 4


def test_repeated_object_is_processed_once(context: LambdaContext, logs: Logs) -> None:
    event = put(VALID)
    assert report_on(event, context) == report_on(event, context)
    assert [line["message"] for line in logs.lines].count("Order confirmed") == 1
{% endif %}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (gzip.compress(VALID)[:-10], "EOFError"),
        (gzip.compress(VALID)[:-8] + b"\0" * 8, "BadGzipFile"),
        (gzip.compress(VALID)[:10] + b"\xff" * 20, "error"),
    ],
)
def test_corrupt_gzip_data_fails_the_object(context: LambdaContext, logs: Logs, content: bytes, error: str) -> None:
    with pytest.raises(handler.FailedObjectsError):
        handler.lambda_handler(put(content), context)
    assert logs.lines[-1]["exception_name"] == error


def test_failed_object_fails_the_event_at_the_end(context: LambdaContext, logs: Logs) -> None:
    missing = sample_event()
    missing["Records"][0]["s3"]["object"]["key"] = "orders/missing.jsonl"
    event = {"Records": [*missing["Records"], *put(VALID)["Records"]]}
    with pytest.raises(handler.FailedObjectsError, match=r"orders/missing\.jsonl"):
        handler.lambda_handler(event, context)
    assert [line["message"] for line in logs.lines] == ["Object failed", "Order confirmed", "Object processed"]


@pytest.mark.parametrize(
    ("encoded", "key"),
    [("a+b", "a b"), ("a%2Bb", "a+b"), ("f%C3%BCr+alle", "f\u00fcr alle"), ("100%25/x%3Dy", "100%/x=y")],
)
def test_key_is_decoded(encoded: str, key: str) -> None:
    record = sample_event()["Records"][0]
    record["s3"]["object"]["key"] = encoded
    assert lines.parse_location(record).key == key


def test_object_id_has_version_or_sequencer() -> None:
    record = sample_event()["Records"][0]
    record["s3"]["object"] |= {"key": "a", "sequencer": "00A"}
    assert str(lines.parse_location(record)) == "orders/a@00A"
    record["s3"]["object"]["versionId"] = "1"
    assert str(lines.parse_location(record)) == "orders/a@1"


def test_version_in_event_is_read(context: LambdaContext) -> None:
    lines.s3.put_bucket_versioning(Bucket="orders", VersioningConfiguration={"Status": "Enabled"})
    event = put(VALID, key="orders/versions.jsonl")
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
    order = {"order_id": "A-1", "lines": [{"sku": "MUG-001", "quantity": 1}] * 100}
    report_on(put((json.dumps(order).encode() + b"\n") * 150), context)
    assert max(sizes) <= 128 * 1024
    assert len(sizes) > 2


@pytest.mark.parametrize("event", [None, [], {}, {"Records": []}, {"Records": [{"eventSource": "aws:sqs"}]}])
def test_unsupported_event_raises_error(event: Any, context: LambdaContext) -> None:
    with pytest.raises(handler.UnsupportedEventError, match="S3 event notification"):
        handler.lambda_handler(event, context)


def test_health_check_has_no_side_effects(context: LambdaContext, logs: Logs) -> None:
    health = handler.lambda_handler({"health_check": True}, context)
    assert health == {"status": "ok", "service": os.environ["POWERTOOLS_SERVICE_NAME"]}
    assert logs.lines == []
