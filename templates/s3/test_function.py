from scripts.emulator import Emulator
from scripts.invoke import local_environment
from tests.support import Sample


def test_the_artifact_confirms_each_line_of_the_sample_object(emulator: Emulator, sample: Sample) -> None:
    (report,) = emulator.invoke(sample("order"))["reports"]
    assert report["key"] == "orders/Bestellung 1+2 f\u00fcr alle.jsonl.gz"
    assert (report["confirmed_count"], report["rejected_count"]) == (2, 0)


def test_the_artifact_reports_bad_lines_by_number(emulator: Emulator, sample: Sample) -> None:
    (report,) = emulator.invoke(sample("invalid-order"))["reports"]
    assert report["confirmed_count"] == 1
    assert [line["number"] for line in report["rejected"]] == [2, 3]
    rejected = [line["line"] for line in emulator.log_lines() if line.get("message") == "Line rejected"]
    assert rejected == [2, 3]


def test_a_missing_object_is_a_function_error(emulator: Emulator, sample: Sample) -> None:
    event = sample("order")
    event["Records"][0]["s3"]["object"]["key"] = "orders/missing.jsonl"
    assert emulator.invoke(event)["errorType"] == "FailedObjectsError"


def test_an_event_that_is_of_no_bucket_is_a_function_error(emulator: Emulator) -> None:
    assert emulator.invoke({})["errorType"] == "UnsupportedEventError"


def test_the_artifact_answers_a_health_check(emulator: Emulator) -> None:
    health = emulator.invoke({"health_check": True})
    assert health == {"status": "ok", "service": local_environment()["POWERTOOLS_SERVICE_NAME"]}


def test_a_failure_is_a_function_error(broken_emulator: Emulator, sample: Sample) -> None:
    event = sample("order")
    event["Records"][0]["s3"]["object"]["sequencer"] = "fails"
    assert broken_emulator.invoke(event)["errorType"] == "FailedObjectsError"
