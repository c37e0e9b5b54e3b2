"""`poe serve`: requests become events as API Gateway or a function URL sends them, and changed code is loaded again."""

import base64
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tomli

from helpers.support import AXES, UV, Bake, Project, clean_environment

with socket.create_server(("127.0.0.1", 0)) as probe:
    PORT: int = probe.getsockname()[1]  # free, and another one in each process that runs tests
START_SECONDS = 60
SAMPLE_ONLY = {"pathParameters", "queryStringParameters", "stageVariables"}
OF_AUTHORIZERS = {"authentication", "authorizer"}
FALLBACK = "        case _:\n            return None\n"
# Routes that show what the handler gets, and what becomes of its response.
ROUTES = """\
        case _, ["echo", *_]:
            return lambda: {"seen": request}
        case "GET", ["redirect"]:
            cookies = {"cookies": ["a=1; Secure", "b=2"]}
            return lambda: make_response(HTTPStatus.FOUND, headers={"Location": "/health"}) | cookies
        case "GET", ["picture"]:
            return lambda: make_response(HTTPStatus.OK, body="AP8=") | {"isBase64Encoded": True}
        case "GET", ["broken"]:
            return lambda: {"statusCode": "none"}
"""
IMPORTED = "    handle_request,\n    json_response,\n"


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        return json.loads(self.body)


def ask(method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
    """Return the answer of the server to a request."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    connection.request(method, path, body or None, {key.replace("_", "-"): value for key, value in headers.items()})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return Answer(answer.status, answer.getheaders(), content)


def ask_until(status: int, method: str, path: str) -> Answer:
    """Return the answer of the server once it has `status`."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError, http.client.HTTPException):
            answer = ask(method, path)
            if answer.status == status:
                return answer
        time.sleep(0.2)
    message = f"{method} {path} has no answer with {status}"
    raise TimeoutError(message)


@contextmanager
def serving(project: Project, log: Path) -> Iterator[None]:
    """Serve the API of `project` until the block ends, as by Ctrl-C."""
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [UV, "run", "poe", "serve", "--port", str(PORT)],
            cwd=project.path,
            env=clean_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            ask_until(200, "GET", "/health")
            yield
        finally:
            os.killpg(process.pid, signal.SIGINT)


@pytest.fixture(
    scope="module", params=[*(("http-api", each) for each in AXES["idempotency"]), ("function-url", "false")]
)
def project(request: pytest.FixtureRequest, bake_once: Bake) -> Project:
    event_source, idempotency = request.param
    made = bake_once(event_source=event_source, idempotency=idempotency)
    made.uv("sync", "--quiet")
    return made


@pytest.fixture
def handler(project: Project) -> Iterator[Path]:
    """The handler, which is as it was after the test."""
    path = project.path / "src" / project.package / "handler.py"
    before = path.read_text(encoding="utf-8")
    yield path
    path.write_text(before, encoding="utf-8")


def sample(project: Project) -> Any:  # noqa: ANN401 - any JSON value
    return json.loads((project.path / "events" / "order.json").read_text(encoding="utf-8"))


@pytest.mark.matrix
def test_sample_is_served(project: Project, tmp_path: Path) -> None:
    log = tmp_path / "log"
    order = sample(project)["body"].encode()
    with serving(project, log):
        confirmed = ask("POST", "/orders", order, Content_Type="application/json", Idempotency_Key="one")
        assert (confirmed.status, confirmed.json["total"]) == (201, 4980)
        repeated = ask("POST", "/orders", order, Content_Type="application/json", Idempotency_Key="one")
        assert repeated.body == confirmed.body
        assert ask("POST", "/orders", b"{", Content_Type="application/json").status == 400
        assert ask("POST", "/orders", b" " * 300_000, Content_Type="application/json").status == 413
        assert ask("GET", "/nowhere").status == 404
        assert ("Allow", "POST") in ask("DELETE", "/orders").headers
        used = project.poe("serve", "--port", str(PORT), expect=1).output
    printed = log.read_text(encoding="utf-8")
    assert f"serve: port {PORT} is in use; name another with --port" in used
    assert "Traceback" not in printed + used
    assert len(re.findall(rf"http://127\.0\.0\.1:{PORT}", printed)) == 1
    assert printed.count("Order confirmed") == (1 if project.answers["idempotency"] == "true" else 2)


@pytest.mark.matrix
def test_changed_handler_is_loaded(project: Project, handler: Path, tmp_path: Path) -> None:
    text = handler.read_text(encoding="utf-8")
    assert (text.count(FALLBACK), text.count(IMPORTED)) == (1, 1)
    changed = text.replace(FALLBACK, ROUTES + FALLBACK).replace(IMPORTED, f"{IMPORTED}    make_response,\n")
    log = tmp_path / "log"
    # API Gateway decodes paths; a function URL has another status for a function that fails.
    path, failure = ("/echo/A 1/b", 500) if project.answers["event_source"] == "http-api" else ("/echo/A%201/b", 502)
    with serving(project, log):
        assert ask("GET", "/echo").status == 404
        handler.write_text("syntax error", encoding="utf-8")
        assert ask_until(failure, "GET", "/echo").json == {"message": "Internal Server Error"}
        handler.write_text(changed, encoding="utf-8")
        ask_until(200, "GET", "/echo")
        check_events(sample(project), path)
        check_responses()
    printed = log.read_text(encoding="utf-8")
    assert "SyntaxError" in printed
    assert "KeyboardInterrupt" not in printed


def check_events(expected: dict[str, Any], path: str) -> None:
    """Assert what the handler gets, and with which path."""
    put = ask(
        "PUT", "/echo/A%201/b?x=1&x=2&y=%2F", b'{"a": "\xc3\xa4"}', Content_Type="application/json", Cookie="a=1; b=2"
    )
    event = put.json["seen"]
    assert expected.keys() - event.keys() <= SAMPLE_ONLY
    assert event.keys() <= expected.keys()
    context = event["requestContext"]
    assert expected["requestContext"].keys() - context.keys() == OF_AUTHORIZERS
    assert context.keys() <= expected["requestContext"].keys()
    assert context["http"].keys() == expected["requestContext"]["http"].keys()
    assert (context["http"]["method"], context["http"]["path"], event["rawPath"]) == ("PUT", path, path)
    assert re.fullmatch(r"\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000", context["time"])
    assert (event["rawQueryString"], event["cookies"]) == ("x=1&x=2&y=%2F", ["a=1", "b=2"])
    assert event["queryStringParameters"] == {"x": "1,2", "y": "/"}
    assert event["headers"]["content-type"] == "application/json"
    assert "cookie" not in event["headers"]
    assert (event["body"], event["isBase64Encoded"]) == ('{"a": "ä"}', False)
    binary = ask("POST", "/echo", b"\x00\xff", Content_Type="application/octet-stream").json["seen"]
    assert (base64.b64decode(binary["body"]), binary["isBase64Encoded"]) == (b"\x00\xff", True)
    bare = ask("GET", "/echo").json["seen"]
    assert {"body", "cookies", "queryStringParameters"}.isdisjoint(bare)


def check_responses() -> None:
    """Assert what becomes of the handler's responses."""
    redirect = ask("GET", "/redirect")
    assert (redirect.status, redirect.body) == (302, b"")
    assert {("Location", "/health"), ("Set-Cookie", "a=1; Secure"), ("Set-Cookie", "b=2")} <= set(redirect.headers)
    assert ask("GET", "/picture").body == b"\x00\xff"
    assert ask("GET", "/broken").json == {"message": "Internal Server Error"}
    inferred = ask("GET", "/echo")
    assert (inferred.status, dict(inferred.headers)["Content-Type"]) == (200, "application/json")


def test_image_keeps_its_own_server(bake: Bake) -> None:
    project = bake(event_source="http-api", package_as="container")
    tasks = tomli.loads(project.files()["pyproject.toml"])["tool"]["poe"]["tasks"]
    assert (tasks["serve"]["cmd"], tasks["serve-http"]["cmd"]) == (
        "python -m scripts.serve",
        "python -m scripts.serve_http",
    )
