"""`poe smoke` waits for a new deployment, but not forever, and tells health from any other response."""

from collections.abc import Callable

import boto3
import pytest
from botocore.stub import Stubber

from scripts.deployed import MissingOutputError, read_outputs
from tests.e2e import conftest as e2e

check_health = e2e.check_health
OK = '{"status": "ok", "service": "orders"}'


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e2e, "PAUSE_SECONDS", 0)


def repeat(*texts: str) -> Callable[[], str]:
    responses = iter(texts)
    return lambda: next(responses)


def test_new_deployment_has_some_time(check_health: e2e.CheckHealth) -> None:
    check_health(repeat(*["{}"] * (e2e.ATTEMPTS - 1), OK))


def test_unhealthy_deployment_fails(check_health: e2e.CheckHealth) -> None:
    with pytest.raises(pytest.fail.Exception, match=r'^the health check returned \{"errorType": "ImportError"\}$'):
        check_health(repeat(*['{"errorType": "ImportError"}'] * e2e.ATTEMPTS))


@pytest.mark.parametrize("text", ["", "up", '"ok"', "[]", '{"status": "ill"}', f"503 {OK}", f"{OK}, {OK}"])
def test_other_responses_are_not_healthy(text: str) -> None:
    assert e2e.is_healthy(OK)
    assert not e2e.is_healthy(text)


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
