import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from infra.pre_traffic import check

VERSION_ARN = "arn:aws:lambda:eu-central-1:123456789012:function:orders:7"
EVENT = {"DeploymentId": "d-123456789", "LifecycleEventHookExecutionId": "hook-1"}
HEALTHY = b'{"status": "ok", "service": "orders"}'


class Aws:
    """Stands in for Lambda and CodeDeploy: `answer` is what the new version says, `reported` what CodeDeploy heard."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.answer = HEALTHY
        self.invoked: list[tuple[str, Any]] = []
        self.reported: list[dict[str, str]] = []

    def respond(self, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if path == "/":
            self.reported.append(json.loads(body))
            return 200, {}, b"{}"
        self.invoked.append((path, json.loads(body)))
        return self.status, self.headers, self.answer


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    stand_in = Aws()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, answer = stand_in.respond(self.path, body)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        monkeypatch.setenv("VERSION_ARN", VERSION_ARN)
        yield stand_in
        server.shutdown()


def report(status: str) -> dict[str, str]:
    return {"deploymentId": "d-123456789", "lifecycleEventHookExecutionId": "hook-1", "status": status}


def test_a_healthy_version_gets_traffic(aws: Aws) -> None:
    check.lambda_handler(EVENT, None)
    assert aws.reported == [report("Succeeded")]
    ((path, event),) = aws.invoked
    assert path.replace("%3A", ":") == f"/2015-03-31/functions/{VERSION_ARN}/invocations"
    assert event == {"health_check": True}


@pytest.mark.parametrize("answer", [b'{"status": "ill"}', b"null", b"not JSON"])
def test_a_version_that_answers_anything_else_gets_none(aws: Aws, answer: bytes) -> None:
    aws.answer = answer
    check.lambda_handler(EVENT, None)
    assert len(aws.invoked) == 1
    assert aws.reported == [report("Failed")]


def test_a_version_that_fails_gets_none(aws: Aws, caplog: pytest.LogCaptureFixture) -> None:
    aws.headers = {"X-Amz-Function-Error": "Unhandled"}
    aws.answer = b'{"errorType": "SettingsError"}'
    check.lambda_handler(EVENT, None)
    assert aws.reported == [report("Failed")]
    assert "SettingsError" in caplog.text


def test_codedeploy_hears_of_a_check_that_is_impossible(aws: Aws, caplog: pytest.LogCaptureFixture) -> None:
    aws.status = 403
    aws.answer = b'{"Message": "not authorized"}'
    check.lambda_handler(EVENT, None)
    assert aws.reported == [report("Failed")]
    assert "not authorized" in caplog.text
