import json
{% if cookiecutter.__stored %}
import uuid
{% endif %}

import pytest

from scripts.emulator import Emulator
from scripts.invoke import local_environment
from tests.support import Event, Sample


{% if cookiecutter.__stored %}
@pytest.fixture
def event(event: Event) -> Event:
    """A request with a new order; a known one would be answered without the service."""
    order = json.loads(event["body"]) | {"order_id": str(uuid.uuid4())}
    return event | {"body": json.dumps(order)}


{% endif %}
@pytest.mark.parametrize(("name", "status"), [("order", 201), ("invalid-order", 422), ("health", 200)])
def test_sample_events_get_their_status(emulator: Emulator, sample: Sample, name: str, status: int) -> None:
    response = emulator.invoke(sample(name))
    assert response["statusCode"] == status
    assert isinstance(json.loads(response["body"]), dict)


def test_unsupported_event_is_function_error(emulator: Emulator) -> None:
    assert emulator.invoke({})["errorType"] == "UnsupportedEventError"


def test_health_check_succeeds(emulator: Emulator) -> None:
    health = emulator.invoke({"health_check": True})
    assert health == {"status": "ok", "service": local_environment()["POWERTOOLS_SERVICE_NAME"]}


def test_failure_is_server_error(broken_emulator: Emulator, event: Event) -> None:
    assert broken_emulator.invoke(event)["statusCode"] == 500


def test_logs_and_metrics_are_json(broken_emulator: Emulator, event: Event) -> None:
    broken_emulator.invoke(event)
    lines = broken_emulator.log_lines()
    errors = [line for line in lines if line.get("level") == "ERROR"]
    assert {line["correlation_id"] for line in errors} == {event["requestContext"]["requestId"]}
    assert all("T" in line["timestamp"] for line in errors)
    assert any("UnexpectedErrors" in line for line in lines if "_aws" in line)
