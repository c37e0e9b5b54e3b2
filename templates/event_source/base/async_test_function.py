import pytest

from scripts.emulator import Emulator
from scripts.invoke import local_environment
from tests.support import Event, Sample


def test_sample_event_succeeds(emulator: Emulator, event: Event) -> None:
    assert "errorType" not in emulator.invoke(event)


@pytest.mark.parametrize("name", ["invalid-order", None])
def test_invalid_event_is_kept(emulator: Emulator, sample: Sample, name: str | None) -> None:
{% block rejected %}
    assert emulator.invoke(sample(name) if name else {})["status"] == "rejected"
{% endblock %}
    assert "Event not kept" not in {line.get("message") for line in emulator.log_lines()}


def test_health_check_succeeds(emulator: Emulator) -> None:
    health = emulator.invoke({"health_check": True})
    assert health == {"status": "ok", "service": local_environment()["POWERTOOLS_SERVICE_NAME"]}


def test_failure_is_function_error(broken_emulator: Emulator, event: Event) -> None:
{% block fail required %}{% endblock %}
    assert "ERROR" in {line.get("level") for line in broken_emulator.log_lines()}
