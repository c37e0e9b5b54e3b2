import json

import pytest

from scripts.emulator import Emulator
from scripts.invoke import local_environment
from tests.support import Sample


@pytest.mark.parametrize(("name", "status"), [("order", 201), ("invalid-order", 422), ("health", 200)])
def test_sample_events_get_their_status(emulator: Emulator, sample: Sample, name: str, status: int) -> None:
    response = emulator.invoke(sample(name))
    assert response["statusCode"] == status
    assert isinstance(json.loads(response["body"]), dict)


def test_confirmation_adds_up(emulator: Emulator, sample: Sample) -> None:
    body = json.loads(emulator.invoke(sample("order"))["body"])
    assert body["total"] == body["goods"] + body["shipping"]


def test_logs_and_metrics_are_json(emulator: Emulator, sample: Sample) -> None:
    event = sample("order")
    emulator.invoke(event)
    lines = emulator.log_lines()
    confirmed = [line for line in lines if line.get("message") == "Order confirmed"]
    assert {line["correlation_id"] for line in confirmed} == {event["requestContext"]["requestId"]}
    assert all(line["level"] == "INFO" and "T" in line["timestamp"] for line in confirmed)
    assert any("OrdersConfirmed" in line for line in lines if "_aws" in line)


def test_unsupported_event_is_function_error(emulator: Emulator) -> None:
    assert emulator.invoke({})["errorType"] == "UnsupportedEventError"


def test_health_check_succeeds(emulator: Emulator) -> None:
    health = emulator.invoke({"health_check": True})
    assert health == {"status": "ok", "service": local_environment()["POWERTOOLS_SERVICE_NAME"]}


def test_failure_is_server_error(broken_emulator: Emulator, sample: Sample) -> None:
    assert broken_emulator.invoke(sample("order"))["statusCode"] == 500
