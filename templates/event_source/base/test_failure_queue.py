import json
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import HealthCheck, given, settings

from {{ cookiecutter.__package }} import failure_queue, orders

from scripts.redrive import read_event
from tests.support import ANY_JSON, Logs
from tests.unit.conftest import TakeKept

MARKER = "do-not-log-me"
FUNCTION_TIMEOUT = 10  # seconds; the stack sets at least as much


class RejectedError(Exception):
    """An event that can never succeed."""


@given(event=ANY_JSON)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_redrive_reads_the_event_that_was_kept(event: Any, context: LambdaContext, take_kept: TakeKept) -> None:
    failure_queue.keep_event(event, RejectedError(), context)
    (body,) = take_kept()
    assert json.dumps(read_event(body)) == json.dumps(event)


def test_record_names_cause_and_invocation(context: LambdaContext, take_kept: TakeKept) -> None:
    failure_queue.keep_event({}, RejectedError("quantity: too small"), context)
    record = json.loads(take_kept()[0])
    assert record["responsePayload"] == {"errorType": "RejectedError", "errorMessage": "quantity: too small"}
    assert record["requestContext"]["requestId"] == context.aws_request_id
    assert record["requestContext"]["condition"] == "Rejected"


@pytest.mark.parametrize(
    "event",
    [{MARKER: float("inf")}, {"text": MARKER * 100_000}],
    ids=["not-json", "too-large"],
)
def test_event_that_cannot_be_sent_raises_its_error(
    event: Any,
    context: LambdaContext,
    logs: Logs,
    take_kept: TakeKept,
) -> None:
    error = RejectedError()
    with pytest.raises(RejectedError) as caught:
        failure_queue.keep_event(event, error, context)
    assert caught.value is error
    assert take_kept() == []
    (line,) = logs.lines
    assert (line["level"], line["message"]) == ("ERROR", "Event not kept")
    assert MARKER not in logs.text


def test_missing_queue_raises_the_error(context: LambdaContext, logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = orders.settings.model_copy(update={"failure_queue_url": "http://127.0.0.1/123456789012/missing"})
    monkeypatch.setattr(failure_queue, "settings", missing)
    with pytest.raises(RejectedError):
        failure_queue.keep_event({}, RejectedError(), context)
    assert "NonExistentQueue" in logs.lines[0]["cause"]


def test_sending_ends_before_the_timeout() -> None:
    config = failure_queue.sqs_client().meta.config
    attempts = config.retries["total_max_attempts"] * (config.connect_timeout + config.read_timeout)
    start = 3  # the cold start with its import of boto3, and the pause before a retry
    assert start + attempts < FUNCTION_TIMEOUT
