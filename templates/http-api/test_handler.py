import base64
import json
{% if cookiecutter.idempotency %}
import uuid
{% endif %}
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from {{ cookiecutter.__package }} import application, handler

from tests.support import Event, Logs, Sample

MARKER = "do-not-log-me"


@pytest.fixture
def order(sample: Sample) -> Event:
    return sample("order")


def send(event: Event, context: LambdaContext) -> tuple[int, dict[str, Any]]:
    """Return the status and the decoded body of the response to `event`."""
    response = handler.lambda_handler(event, context)
    kind = "application/json" if response["statusCode"] < 400 else "application/problem+json"
    assert response["headers"]["Content-Type"] == kind
    return response["statusCode"], json.loads(response["body"])


def test_a_valid_order_is_confirmed(sample: Sample, context: LambdaContext) -> None:
    status, body = send(sample("order"), context)
    assert status == 201
    assert body["total"] == body["goods"] + body["shipping"] == 4980
    assert body["currency"] == "EUR"


def test_a_body_in_base64_is_read(order: Event, context: LambdaContext) -> None:
    order["body"] = base64.b64encode(order["body"].encode()).decode()
    order["isBase64Encoded"] = True
    status, _ = send(order, context)
    assert status == 201


def test_every_wrong_field_is_explained(sample: Sample, context: LambdaContext) -> None:
    status, body = send(sample("invalid-order"), context)
    assert status == body["status"] == 422
    assert [error["field"] for error in body["errors"]] == ["delivery", "lines.0.quantity", "lines.1.sku"]
    assert all(error["code"] and error["message"] for error in body["errors"])


def test_unknown_products_are_explained(order: Event, context: LambdaContext) -> None:
    order["body"] = json.dumps({"order_id": "A-1", "lines": [{"sku": "XXX-001", "quantity": 1}]})
    status, body = send(order, context)
    assert status == 422
    assert [(error["field"], error["code"]) for error in body["errors"]] == [("lines.0.sku", "unknown_product")]


@pytest.mark.parametrize("body", ["", "{", "order", '{"order_id": "A-1",}', "[" * 10_000])
def test_malformed_json_is_a_bad_request(order: Event, context: LambdaContext, body: str) -> None:
    order["body"] = body
    status, problem = send(order, context)
    assert status == problem["status"] == 400
    assert problem["detail"].startswith("Invalid JSON")


@pytest.mark.parametrize("body", ["[]", '"order"', "17", "null"])
def test_json_that_is_no_object_is_explained(order: Event, context: LambdaContext, body: str) -> None:
    order["body"] = body
    status, problem = send(order, context)
    assert status == 422
    assert [error["field"] for error in problem["errors"]] == [""]


def test_a_missing_body_is_a_bad_request(order: Event, context: LambdaContext) -> None:
    del order["body"]
    status, _ = send(order, context)
    assert status == 400


@pytest.mark.parametrize("body", ["A", base64.b64encode(b"\xff\xfe").decode()])
def test_a_body_that_cannot_be_decoded_is_a_bad_request(
    order: Event,
    context: LambdaContext,
    body: str,
) -> None:
    order |= {"body": body, "isBase64Encoded": True}
    status, problem = send(order, context)
    assert status == 400
    assert "not text" in problem["detail"]


def test_a_body_that_is_larger_than_any_order_is_refused(order: Event, context: LambdaContext) -> None:
    order["body"] = json.dumps({str(number): number for number in range(100_000)})
    status, problem = send(order, context)
    assert status == 413
    assert problem["errors"] == []


def test_the_health_of_the_service_can_be_read(sample: Sample, context: LambdaContext) -> None:
    assert send(sample("health"), context) == (200, {"status": "ok", "service": application.settings.service_name})


def test_an_unknown_route_is_answered_like_other_errors(
    order: Event,
    context: LambdaContext,
) -> None:
    order["rawPath"] = order["requestContext"]["http"]["path"] = "/nowhere"
    status, problem = send(order, context)
    assert status == problem["status"] == 404
    assert problem.keys() == {"title", "status", "detail", "errors"}


def test_an_unexpected_error_is_logged_and_counted_but_not_shown(
    order: Event,
    context: LambdaContext,
    monkeypatch: pytest.MonkeyPatch,
    logs: Logs,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(MARKER)

    monkeypatch.setattr(application, "confirm_order", fail)
    status, problem = send(order, context)
    assert status == problem["status"] == 500
    assert MARKER not in json.dumps(problem)
    (line,) = (line for line in logs.lines if line["level"] == "ERROR")
    assert MARKER in line["exception"]
    assert "Traceback" in line["exception"]
    assert any("UnexpectedErrors" in json.loads(blob) for blob in capsys.readouterr().out.splitlines())


def test_every_log_line_carries_the_id_of_the_request(sample: Sample, context: LambdaContext, logs: Logs) -> None:
    event = sample("order")
    send(event, context)
    send(sample("invalid-order"), context)
    assert len(logs.lines) == 2
    assert {line["correlation_id"] for line in logs.lines} == {event["requestContext"]["requestId"]}


def test_what_was_sent_is_not_logged(order: Event, context: LambdaContext, logs: Logs) -> None:
    for body in (json.dumps({"order_id": f"{MARKER} ", "lines": []}), json.dumps({MARKER: MARKER}), MARKER):
        order["body"] = body
        send(order, context)
    assert len(logs.lines) == 3
    assert MARKER not in logs.text


def test_a_confirmed_order_is_logged_by_its_id_alone(order: Event, context: LambdaContext, logs: Logs) -> None:
    order["headers"]["authorization"] = MARKER
    send(order, context)
    assert [line["order_id"] for line in logs.lines] == [json.loads(order["body"])["order_id"]]
    assert not [sent for sent in (MARKER, "MUG-001", "standard") if sent in logs.text]


@pytest.mark.parametrize("event", [None, [], {}, {"version": "1.0"}, {"Records": []}])
def test_another_event_is_refused_by_name(event: object, context: LambdaContext) -> None:
    with pytest.raises(handler.UnsupportedEventError, match=r"payload format 2\.0"):
        handler.lambda_handler(event, context)


def test_a_health_check_is_answered_without_any_effect(context: LambdaContext, logs: Logs) -> None:
    health = handler.lambda_handler({"health_check": True}, context)
    assert health == {"status": "ok", "service": application.settings.service_name}
    assert logs.lines == []
{% if cookiecutter.idempotency %}


@pytest.mark.parametrize("name", ["idempotency-key", "Idempotency-Key"])
def test_a_request_that_comes_again_is_answered_alike(
    order: Event,
    context: LambdaContext,
    logs: Logs,
    name: str,
) -> None:
    order["headers"][name] = str(uuid.uuid4())
    assert send(order, context) == send(order, context)
    assert [line["message"] for line in logs.lines].count("Order confirmed") == 1


def test_a_key_stands_for_one_order(order: Event, context: LambdaContext) -> None:
    order["headers"]["idempotency-key"] = str(uuid.uuid4())
    send(order, context)
    order["body"] = order["body"].replace('"quantity": 2', '"quantity": 3')
    status, problem = send(order, context)
    assert status == 422
    assert "another order" in problem["detail"]


def test_a_key_is_its_callers_own(order: Event, context: LambdaContext, logs: Logs) -> None:
    order["headers"]["idempotency-key"] = str(uuid.uuid4())
    send(order, context)
    order["requestContext"]["authorizer"]["iam"]["userId"] = "ANOTHER:caller"
    send(order, context)
    del order["requestContext"]["authorizer"]
    send(order, context)
    assert [line["message"] for line in logs.lines].count("Order confirmed") == 3


def test_a_request_that_is_being_handled_is_a_conflict(
    order: Event,
    context: LambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order["headers"]["idempotency-key"] = str(uuid.uuid4())
    answers: list[int] = []

    def confirm_meanwhile(*_: object, **__: object) -> None:
        answers.append(send(order, context)[0])
        raise RuntimeError

    monkeypatch.setattr(application, "confirm_order", confirm_meanwhile)
    send(order, context)
    assert answers == [409]
{% endif %}
