import base64
import json
import os
{% if cookiecutter.idempotency %}
import uuid
{% endif %}
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from {{ cookiecutter.__package }} import handler{{ ', orders' if cookiecutter.idempotency }}

from tests.support import Event, Logs, Sample

MARKER = "do-not-log-me"


def send(event: Event, context: LambdaContext) -> tuple[int, dict[str, Any]]:
    """Return the status and the decoded body of the response to `event`."""
    response = handler.lambda_handler(event, context)
    kind = "application/json" if response["statusCode"] < 400 else "application/problem+json"
    assert response["headers"]["Content-Type"] == kind
    return response["statusCode"], json.loads(response["body"])


# HTTP, whatever the routes are.


@pytest.fixture
def request_event() -> Event:
    """The least that a request has, for a path without operations."""
    request_context = {"http": {"method": "GET", "path": "/nowhere"}, "requestId": "request-1", "stage": "$default"}
    return {"version": "2.0", "rawPath": "/nowhere", "requestContext": request_context}


@pytest.mark.parametrize(
    ("path", "stage", "segments"),
    [
        ("/things", "$default", ["things"]),
        ("/things/", "$default", ["things"]),
        ("/things/a b", "$default", ["things", "a b"]),
        ("/things/a%2Fb", "$default", ["things", "a%2Fb"]),
        ("/dev/things", "dev", ["things"]),
        ("/developers", "dev", ["developers"]),
        ("/", "$default", [""]),
    ],
)
def test_path_is_split_into_segments(request_event: Event, path: str, stage: str, segments: list[str]) -> None:
    request_event["rawPath"] = path
    request_event["requestContext"]["stage"] = stage
    assert handler.path_segments(request_event) == segments


def test_unknown_path_is_not_found(request_event: Event, context: LambdaContext) -> None:
    status, problem = send(request_event, context)
    assert status == problem["status"] == 404
    assert problem.keys() == {"title", "status", "detail", "errors"}


def test_other_method_is_not_allowed(
    request_event: Event,
    context: LambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def find(method: str, *_: object) -> handler.Operation | None:
        return dict if method in {"GET", "PUT"} else None

    monkeypatch.setattr(handler, "find_operation", find)
    request_event["requestContext"]["http"]["method"] = "POST"
    response = handler.lambda_handler(request_event, context)
    assert response["statusCode"] == 405
    assert response["headers"] == {"Content-Type": "application/problem+json", "Allow": "GET, PUT"}


def test_unexpected_error_is_logged_but_not_shown(
    request_event: Event,
    context: LambdaContext,
    monkeypatch: pytest.MonkeyPatch,
    logs: Logs,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(MARKER)

    monkeypatch.setattr(handler, "find_operation", fail)
    status, problem = send(request_event, context)
    assert status == problem["status"] == 500
    assert MARKER not in json.dumps(problem)
    (line,) = logs.lines
    assert (line["level"], line["correlation_id"]) == ("ERROR", "request-1")
    assert MARKER in line["exception"]
    assert "Traceback" in line["exception"]
    assert any("UnexpectedErrors" in json.loads(blob) for blob in capsys.readouterr().out.splitlines())


@pytest.mark.parametrize("body", [None, "", "text"])
def test_body_is_read_as_text(request_event: Event, body: str | None) -> None:
    assert handler.read_body(request_event | {"body": body}) == (body or "")


def test_base64_body_is_decoded(request_event: Event) -> None:
    encoded = base64.b64encode(b"text").decode()
    assert handler.read_body(request_event | {"body": encoded, "isBase64Encoded": True}) == "text"


@pytest.mark.parametrize("body", ["A", base64.b64encode(b"\xff\xfe").decode()])
def test_undecodable_body_is_bad_request(request_event: Event, body: str) -> None:
    with pytest.raises(handler.RequestError, match="not valid Base64 or UTF-8") as caught:
        handler.read_body(request_event | {"body": body, "isBase64Encoded": True})
    assert caught.value.status == 400


def test_long_body_is_too_large(request_event: Event) -> None:
    with pytest.raises(handler.RequestError, match="longer than 65536 characters") as caught:
        handler.read_body(request_event | {"body": " " * 65537})
    assert caught.value.status == 413


@pytest.mark.parametrize("event", [None, [], {}, {"version": "1.0"}, {"Records": []}])
def test_unsupported_event_raises_error(event: object, context: LambdaContext) -> None:
    with pytest.raises(handler.UnsupportedEventError, match=r"payload format 2\.0"):
        handler.lambda_handler(event, context)


def test_health_check_has_no_side_effects(context: LambdaContext, logs: Logs) -> None:
    health = handler.lambda_handler({"health_check": True}, context)
    assert health == {"status": "ok", "service": os.environ["POWERTOOLS_SERVICE_NAME"]}
    assert logs.lines == []


# The operations of this service.


@pytest.fixture
def order(sample: Sample) -> Event:
    return sample("order")


def test_valid_order_is_confirmed(order: Event, context: LambdaContext) -> None:
    status, body = send(order, context)
    assert status == 201
    assert body["total"] == body["goods"] + body["shipping"] == 4980
    assert body["currency"] == "EUR"


def test_health_is_returned(sample: Sample, context: LambdaContext) -> None:
    assert send(sample("health"), context) == (200, {"status": "ok", "service": os.environ["POWERTOOLS_SERVICE_NAME"]})


def test_invalid_fields_are_explained(sample: Sample, context: LambdaContext) -> None:
    status, body = send(sample("invalid-order"), context)
    assert status == body["status"] == 422
    assert [error["field"] for error in body["errors"]] == ["delivery", "lines.0.quantity", "lines.1.sku"]
    assert all(error["code"] and error["message"] for error in body["errors"])


def test_unknown_product_is_explained(order: Event, context: LambdaContext) -> None:
    order["body"] = json.dumps({"order_id": "A-1", "lines": [{"sku": "XXX-001", "quantity": 1}]})
    status, body = send(order, context)
    assert status == 422
    assert [(error["field"], error["code"]) for error in body["errors"]] == [("lines.0.sku", "unknown_product")]


@pytest.mark.parametrize("body", [None, "", "{", "order", '{"order_id": "A-1",}', "[" * 10_000])
def test_malformed_json_is_bad_request(order: Event, context: LambdaContext, body: str | None) -> None:
    status, problem = send(order | {"body": body}, context)
    assert status == problem["status"] == 400
    assert problem["detail"].startswith("Invalid JSON")


@pytest.mark.parametrize("body", ["[]", '"order"', "17", "null"])
def test_json_of_another_type_is_explained(order: Event, context: LambdaContext, body: str) -> None:
    status, problem = send(order | {"body": body}, context)
    assert status == 422
    assert [error["field"] for error in problem["errors"]] == [""]


def test_invalid_input_is_not_logged(order: Event, context: LambdaContext, logs: Logs) -> None:
    for body in (json.dumps({"order_id": f"{MARKER} ", "lines": []}), json.dumps({MARKER: MARKER}), MARKER):
        order["body"] = body
        send(order, context)
    assert len(logs.lines) == 3
    assert MARKER not in logs.text


def test_confirmed_order_is_logged_by_id_only(order: Event, context: LambdaContext, logs: Logs) -> None:
    order["headers"]["authorization"] = MARKER
    send(order, context)
    assert [line["order_id"] for line in logs.lines] == [json.loads(order["body"])["order_id"]]
    assert not [sent for sent in (MARKER, "MUG-001", "standard") if sent in logs.text]
{% if cookiecutter.idempotency %}


@pytest.mark.parametrize("name", ["idempotency-key", "Idempotency-Key"])
def test_repeated_request_gets_same_response(
    order: Event,
    context: LambdaContext,
    logs: Logs,
    name: str,
) -> None:
    order["headers"][name] = str(uuid.uuid4())
    assert send(order, context) == send(order, context)
    assert [line["message"] for line in logs.lines].count("Order confirmed") == 1


def test_key_of_another_order_is_rejected(order: Event, context: LambdaContext) -> None:
    order["headers"]["idempotency-key"] = str(uuid.uuid4())
    send(order, context)
    order["body"] = order["body"].replace('"quantity": 2', '"quantity": 3')
    status, problem = send(order, context)
    assert status == 422
    assert "another order" in problem["detail"]


def test_callers_do_not_share_keys(order: Event, context: LambdaContext, logs: Logs) -> None:
    order["headers"]["idempotency-key"] = str(uuid.uuid4())
    send(order, context)
    order["requestContext"]["authorizer"]["iam"]["userId"] = "ANOTHER:caller"
    send(order, context)
    del order["requestContext"]["authorizer"]
    send(order, context)
    assert [line["message"] for line in logs.lines].count("Order confirmed") == 3


def test_request_in_progress_is_conflict(
    order: Event,
    context: LambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order["headers"]["idempotency-key"] = str(uuid.uuid4())
    statuses: list[int] = []

    def send_again(*_: object, **__: object) -> None:
        statuses.append(send(order, context)[0])
        raise RuntimeError

    monkeypatch.setattr(orders, "confirm_order", send_again)
    send(order, context)
    assert statuses == [409]
{% endif %}
