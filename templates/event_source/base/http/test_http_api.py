import base64
import json
from http import HTTPStatus
from typing import Any

import pytest

from {{ cookiecutter.__package }} import http_api
from {{ cookiecutter.__package }}.models import FieldError, Model
from {{ cookiecutter.__package }}.observability import metrics

from tests.support import Event, Logs

MARKER = "do-not-log-me"


class Thing(Model):
    """What the operation of these tests takes."""

    name: str
    size: int


@pytest.fixture
def request_event() -> Event:
    """The least that a request has."""
    request_context = {"http": {"method": "PUT", "path": "/things"}, "requestId": "request-1", "stage": "$default"}
    return {"version": "2.0", "rawPath": "/things", "requestContext": request_context}


def send(event: Event) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Return the status, the headers and the decoded body of the response to `event`, of an API with one path."""

    def find_operation(method: str, path: list[str]) -> http_api.Operation | None:
        match method, path:
            case "PUT", ["things"]:
                return lambda: http_api.json_response(HTTPStatus.OK, http_api.read_model(event, Thing))
            case "GET", ["things"]:
                return lambda: http_api.make_response(HTTPStatus.FOUND, headers={"Location": "/elsewhere"}, body="{}")
            case _:
                return None

    response = http_api.handle_request(event, find_operation)
    return response["statusCode"], response["headers"], json.loads(response["body"])


def test_model_is_read_and_returned(request_event: Event) -> None:
    thing = {"name": "box", "size": 1}
    found = send(request_event | {"body": json.dumps(thing)})
    assert found == (200, {"Content-Type": "application/json"}, thing)


def test_response_has_headers(request_event: Event) -> None:
    request_event["requestContext"]["http"]["method"] = "GET"
    assert send(request_event) == (302, {"Location": "/elsewhere"}, {})


{% if cookiecutter.__has_api %}
@pytest.mark.parametrize(
    ("path", "stage", "segments"),
    [
        ("/things", "$default", ["things"]),
        ("/things/", "$default", ["things"]),
        ("/things/a b", "$default", ["things", "a b"]),
        ("/things/a%2Fb", "$default", ["things", "a%2Fb"]),
        ("/dev/things", "dev", ["things"]),
        ("/developers", "dev", ["developers"]),
        ("/", "$default", []),
        ("/dev/", "dev", []),
    ],
)
def test_path_is_split_into_segments(request_event: Event, path: str, stage: str, segments: list[str]) -> None:
    request_event["rawPath"] = path
    request_event["requestContext"]["stage"] = stage
    assert http_api.path_segments(request_event) == segments
{% else %}
@pytest.mark.parametrize(
    ("path", "segments"),
    [
        ("/things", ["things"]),
        ("/things/", ["things"]),
        ("/things/a%20b", ["things", "a b"]),
        ("/things/a%2Fb", ["things", "a/b"]),
        ("/", []),
    ],
)
def test_path_is_split_into_segments(request_event: Event, path: str, segments: list[str]) -> None:
    request_event["rawPath"] = path
    assert http_api.path_segments(request_event) == segments
{% endif %}


def test_unknown_path_is_not_found(request_event: Event) -> None:
    status, headers, problem = send(request_event | {"rawPath": "/nowhere"})
    assert status == problem["status"] == 404
    assert headers == {"Content-Type": "application/problem+json"}
    assert problem.keys() == {"title", "status", "detail", "errors"}


def test_other_method_is_not_allowed(request_event: Event) -> None:
    request_event["requestContext"]["http"]["method"] = "POST"
    status, headers, _ = send(request_event)
    assert status == 405
    assert headers == {"Content-Type": "application/problem+json", "Allow": "GET, PUT"}


@pytest.mark.parametrize("body", [None, "", "{", "thing", '{"name": "box",}', "[" * 10_000])
def test_malformed_json_is_bad_request(request_event: Event, body: str | None) -> None:
    status, _, problem = send(request_event | {"body": body})
    assert status == problem["status"] == 400
    assert problem["detail"].startswith("Invalid JSON")


@pytest.mark.parametrize("body", ["[]", '"thing"', "17", "null"])
def test_json_of_another_type_is_explained(request_event: Event, body: str) -> None:
    status, _, problem = send(request_event | {"body": body})
    assert status == 422
    assert [error["field"] for error in problem["errors"]] == [""]


def test_invalid_fields_are_explained(request_event: Event) -> None:
    status, _, problem = send(request_event | {"body": '{"name": 1, "size": "large"}'})
    assert status == problem["status"] == 422
    assert [error["field"] for error in problem["errors"]] == ["name", "size"]
    assert all(error["code"] and error["message"] for error in problem["errors"])


def test_invalid_input_is_not_logged(request_event: Event, logs: Logs) -> None:
    for body in (json.dumps({"name": "box", "size": MARKER}), json.dumps({MARKER: MARKER}), MARKER):
        send(request_event | {"body": body})
    assert [(line["status"], sorted(line["fields"])) for line in logs.lines] == [
        (422, ["size"]),
        (422, ["(unknown field)", "name", "size"]),
        (400, []),
    ]
    assert MARKER not in logs.text


def test_many_errors_have_short_log_line(request_event: Event, logs: Logs) -> None:
    errors = [FieldError(field=f"lines.{number}", code="missing", message="Field required") for number in range(1000)]

    def fail() -> http_api.Response:
        raise http_api.InvalidInputError(errors)

    response = http_api.handle_request(request_event, lambda *_: fail)
    assert len(json.loads(response["body"])["errors"]) == len(errors)
    (line,) = logs.lines
    assert len(line["fields"]) == 20


def test_unexpected_error_is_logged_but_not_shown(
    request_event: Event,
    logs: Logs,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(MARKER)

    response = http_api.handle_request(request_event, fail)
    assert response["statusCode"] == 500
    assert MARKER not in response["body"]
    (line,) = logs.lines
    assert line["level"] == "ERROR"
    assert MARKER in line["exception"]
    assert "Traceback" in line["exception"]
    metrics.flush_metrics()
    assert "UnexpectedErrors" in capsys.readouterr().out


@pytest.mark.parametrize("body", [None, "", "text"])
def test_body_is_read_as_text(request_event: Event, body: str | None) -> None:
    assert http_api.read_body(request_event | {"body": body}) == (body or "")


def test_base64_body_is_decoded(request_event: Event) -> None:
    encoded = base64.b64encode(b"text").decode()
    assert http_api.read_body(request_event | {"body": encoded, "isBase64Encoded": True}) == "text"


@pytest.mark.parametrize("body", ["A", base64.b64encode(b"\xff\xfe").decode()])
def test_undecodable_body_is_bad_request(request_event: Event, body: str) -> None:
    with pytest.raises(http_api.RequestError, match="not valid Base64 or UTF-8") as caught:
        http_api.read_body(request_event | {"body": body, "isBase64Encoded": True})
    assert caught.value.status == 400


def test_long_body_is_too_large(request_event: Event) -> None:
    with pytest.raises(http_api.RequestError, match="longer than 65536 characters") as caught:
        http_api.read_body(request_event | {"body": " " * 65537})
    assert caught.value.status == 413


@pytest.mark.parametrize("event", [None, [], {}, {"version": "1.0"}, {"Records": []}])
def test_unsupported_event_raises_error(event: object) -> None:
    with pytest.raises(http_api.UnsupportedEventError, match=r"payload format 2\.0"):
        http_api.check_request(event)
