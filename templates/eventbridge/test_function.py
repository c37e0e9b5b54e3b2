import pytest

from scripts.emulator import Emulator
from scripts.invoke import local_environment
from tests.support import Sample


def test_sample_order_is_confirmed(emulator: Emulator, sample: Sample) -> None:
    confirmation = emulator.invoke(sample("order"))
    assert confirmation["total"] == confirmation["goods"] + confirmation["shipping"]
    assert "Order confirmed" in [line.get("message") for line in emulator.log_lines()]


@pytest.mark.parametrize("event", ["invalid-order", None])
def test_invalid_event_is_function_error(
    emulator: Emulator,
    sample: Sample,
    event: str | None,
) -> None:
    assert emulator.invoke(sample(event) if event else {})["errorType"] == "RejectedOrderError"


def test_health_check_succeeds(emulator: Emulator) -> None:
    health = emulator.invoke({"health_check": True})
    assert health == {"status": "ok", "service": local_environment()["POWERTOOLS_SERVICE_NAME"]}


def test_failure_is_function_error(broken_emulator: Emulator, sample: Sample) -> None:
    assert broken_emulator.invoke(sample("order") | {"id": "fails"})["errorType"] == "RuntimeError"
