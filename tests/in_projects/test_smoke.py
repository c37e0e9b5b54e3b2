"""`poe smoke` waits for a new deployment, but not forever, and tells health from any other response."""

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from scripts.deployed import MissingOutputError, read_outputs
from tests.e2e import test_health as smoke

OK = '{"status": "ok", "service": "orders"}'
BROKEN = '{"errorType": "ImportError"}'


def check(monkeypatch: pytest.MonkeyPatch, *texts: str) -> None:
    responses = iter(texts)
    monkeypatch.setattr(smoke, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(smoke, "read_health", lambda _: next(responses))
    monkeypatch.setenv("SMOKE_STAGE", "dev")
    smoke.test_deployed_stage_is_healthy()


def test_new_deployment_has_some_time(monkeypatch: pytest.MonkeyPatch) -> None:
    check(monkeypatch, *[BROKEN] * (smoke.ATTEMPTS - 1), OK)


def test_unhealthy_deployment_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(pytest.fail.Exception, match=r'^the health check returned \{"errorType": "ImportError"\}$'):
        check(monkeypatch, *[BROKEN] * smoke.ATTEMPTS)


@pytest.mark.parametrize("text", ["", "up", '"ok"', "[]", '{"status": "ill"}', f"503 {OK}", f"{OK}, {OK}"])
def test_other_responses_are_not_healthy(text: str) -> None:
    assert smoke.is_healthy(OK)
    assert not smoke.is_healthy(text)


def test_error_of_aws_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> str:
        raise EndpointConnectionError(endpoint_url="https://nowhere\n")

    monkeypatch.setattr(smoke, "read_health", fail)
    monkeypatch.setenv("SMOKE_STAGE", "dev")
    with pytest.raises(pytest.fail.Exception, match=r'^Could not connect to the endpoint URL: "https://nowhere "$'):
        smoke.test_deployed_stage_is_healthy()


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("CREATE_COMPLETE", r"the stack orders-dev \(CREATE_COMPLETE\) has no output FunctionName; deploy it again"),
        ("REVIEW_IN_PROGRESS", "the stack orders-dev was never deployed"),
        ("ROLLBACK_COMPLETE", "the stack orders-dev failed in its first deployment"),
    ],
)
def test_stack_without_outputs_is_named(status: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    session = boto3.Session(region_name="eu-central-1")
    cloudformation = session.client("cloudformation")
    stack = {"StackName": "orders-dev", "CreationTime": "2026-01-01T00:00:00Z", "StackStatus": status, "Outputs": []}
    monkeypatch.setattr(session, "client", lambda *_, **__: cloudformation)
    with Stubber(cloudformation) as responses:
        responses.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "orders-dev"})
        with pytest.raises(MissingOutputError, match=message):
            read_outputs(session, "orders-dev", "FunctionName")
