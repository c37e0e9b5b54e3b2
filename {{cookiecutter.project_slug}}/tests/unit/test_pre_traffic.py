import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from infra.pre_traffic import check

VERSION_ARN = "arn:aws:lambda:eu-central-1:123456789012:function:service:7"
EVENT = {"DeploymentId": "d-123456789", "LifecycleEventHookExecutionId": "hook-1"}
HOOK_TIMEOUT = 60  # seconds, as the stack sets it
INVOKE = {"FunctionName": VERSION_ARN, "Payload": '{"health_check": true}'}


@dataclass
class Aws:
    """Stubs of the clients that the hook uses."""

    function: Stubber
    codedeploy: Stubber

    def respond(self, payload: bytes, **fields: str) -> None:
        """Let the new version respond with `payload`."""
        response = {"Payload": StreamingBody(io.BytesIO(payload), len(payload)), **fields}
        self.function.add_response("invoke", response, INVOKE)

    def expect(self, status: str) -> None:
        """Expect the hook to report `status`."""
        report = {"deploymentId": "d-123456789", "lifecycleEventHookExecutionId": "hook-1", "status": status}
        self.codedeploy.add_response("put_lifecycle_event_hook_execution_status", {}, report)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    clients: dict[str, Any] = {name: boto3.client(name, "eu-central-1") for name in ("lambda", "codedeploy")}

    def client(name: str, **_: object) -> object:
        return clients[name]

    monkeypatch.setattr("boto3.client", client)
    monkeypatch.setenv("VERSION_ARN", VERSION_ARN)
    with Stubber(clients["lambda"]) as function, Stubber(clients["codedeploy"]) as codedeploy:
        yield Aws(function, codedeploy)
        function.assert_no_pending_responses()
        codedeploy.assert_no_pending_responses()


def test_healthy_version_gets_traffic(aws: Aws) -> None:
    aws.respond(b'{"status": "ok", "service": "service"}')
    aws.expect("Succeeded")
    check.lambda_handler(EVENT, None)


@pytest.mark.parametrize("payload", [b'{"status": "ill"}', b"null", b"not JSON"])
def test_unexpected_response_stops_deployment(aws: Aws, payload: bytes) -> None:
    aws.respond(payload)
    aws.expect("Failed")
    check.lambda_handler(EVENT, None)


def test_function_error_stops_deployment(aws: Aws, caplog: pytest.LogCaptureFixture) -> None:
    aws.respond(b'{"errorType": "SettingsError"}', FunctionError="Unhandled")
    aws.expect("Failed")
    check.lambda_handler(EVENT, None)
    assert "SettingsError" in caplog.text


def test_failed_invoke_stops_deployment(aws: Aws, caplog: pytest.LogCaptureFixture) -> None:
    aws.function.add_client_error("invoke", "AccessDeniedException", "not authorized", 403, expected_params=INVOKE)
    aws.expect("Failed")
    check.lambda_handler(EVENT, None)
    assert "not authorized" in caplog.text


def test_timed_out_invoke_stops_deployment(aws: Aws, caplog: pytest.LogCaptureFixture) -> None:
    def time_out(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://lambda.example.com")

    aws.function.deactivate()
    aws.function.client.meta.events.register("before-call.lambda.Invoke", time_out)
    aws.expect("Failed")
    check.lambda_handler(EVENT, None)
    assert "Read timeout" in caplog.text


def longest_call(config: Any) -> int:
    """Return how many seconds a call may take, with its retries."""
    attempts: int = config.retries["total_max_attempts"]
    seconds: int = config.connect_timeout + config.read_timeout
    return attempts * seconds


def test_hook_reports_before_its_timeout() -> None:
    start = 5  # cold start, and the pause before a retry
    assert start + longest_call(check.INVOKE) + longest_call(check.REPORT) < HOOK_TIMEOUT


def test_invoke_is_not_retried() -> None:
    options: Any = check.INVOKE
    assert options.retries == {"total_max_attempts": 1}
