from scripts.emulator import Emulator
from scripts.invoke import local_environment
from tests.support import Event, Sample


def test_sample_object_is_processed(emulator: Emulator, event: Event) -> None:
    (report,) = emulator.invoke(event)["reports"]
    assert report["confirmed_count"] > report["rejected_count"] == 0


def test_invalid_lines_are_reported(emulator: Emulator, sample: Sample) -> None:
    (report,) = emulator.invoke(sample("invalid-order"))["reports"]
    assert report["confirmed_count"] == 1
    assert [line["number"] for line in report["rejected"]] == [2, 3]
    rejected = [line["line"] for line in emulator.log_lines() if line.get("message") == "Line rejected"]
    assert rejected == [2, 3]


def test_missing_object_is_function_error(emulator: Emulator, event: Event) -> None:
    event["Records"][0]["s3"]["object"]["key"] = "missing"
    assert emulator.invoke(event)["errorType"] == "FailedObjectsError"


def test_unsupported_event_is_function_error(emulator: Emulator) -> None:
    assert emulator.invoke({})["errorType"] == "UnsupportedEventError"


def test_health_check_succeeds(emulator: Emulator) -> None:
    health = emulator.invoke({"health_check": True})
    assert health == {"status": "ok", "service": local_environment()["POWERTOOLS_SERVICE_NAME"]}


def test_failure_is_function_error(broken_emulator: Emulator, event: Event) -> None:
    event["Records"][0]["s3"]["object"]["sequencer"] = "fails"
    assert broken_emulator.invoke(event)["errorType"] == "FailedObjectsError"
