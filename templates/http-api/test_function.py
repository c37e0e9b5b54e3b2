import json

import pytest

from scripts.emulator import Emulator
from scripts.invoke import local_environment
from tests.support import Sample


@pytest.mark.parametrize(("name", "status"), [("order", 201), ("invalid-order", 422), ("health", 200)])
def test_the_artifact_answers_the_sample_events(emulator: Emulator, sample: Sample, name: str, status: int) -> None:
    response = emulator.invoke(sample(name))
    assert response["statusCode"] == status
    assert isinstance(json.loads(response["body"]), dict)


def test_the_confirmation_adds_up(emulator: Emulator, sample: Sample) -> None:
    body = json.loads(emulator.invoke(sample("order"))["body"])
    assert body["total"] == body["goods"] + body["shipping"]


def test_log_lines_and_metrics_are_json_with_the_fields_that_lambda_reads(emulator: Emulator, sample: Sample) -> None:
    event = sample("order")
    emulator.invoke(event)
    lines = emulator.log_lines()
    confirmed = [line for line in lines if line.get("message") == "Order confirmed"]
    assert {line["correlation_id"] for line in confirmed} == {event["requestContext"]["requestId"]}
    assert all(line["level"] == "INFO" and "T" in line["timestamp"] for line in confirmed)
    assert any("OrdersConfirmed" in line for line in lines if "_aws" in line)


def test_an_event_that_is_no_request_is_a_function_error(emulator: Emulator) -> None:
    assert emulator.invoke({})["errorType"] == "UnsupportedEventError"


def test_the_artifact_answers_a_health_check(emulator: Emulator) -> None:
    health = emulator.invoke({"health_check": True})
    assert health == {"status": "ok", "service": local_environment()["POWERTOOLS_SERVICE_NAME"]}


def test_a_failure_is_a_server_error(broken_emulator: Emulator, sample: Sample) -> None:
    assert broken_emulator.invoke(sample("order"))["statusCode"] == 500
