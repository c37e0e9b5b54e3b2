import json
import uuid
from typing import Any

import boto3

from scripts.emulator import Emulator
from scripts.invoke import local_environment
from tests.support import Event, Sample


def take_kept() -> dict[str, Any]:
    """Take the only message from the on-failure destination."""
    sqs, url = boto3.client("sqs"), local_environment()["FAILURE_QUEUE_URL"]
    (message,) = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    kept: dict[str, Any] = json.loads(message["Body"])
    return kept


def put(event: Event, content: bytes) -> None:
    """Put a new object into the bucket, and let the only record of `event` name it."""
    record = event["Records"][0]["s3"]
    record["object"]["key"] = str(uuid.uuid4())
    boto3.client("s3").put_object(Bucket=record["bucket"]["name"], Key=record["object"]["key"], Body=content)


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


def test_truncated_object_is_kept(emulator: Emulator, event: Event) -> None:
    put(event, b"\x1f\x8b")
    assert emulator.invoke(event)["reports"] == []
    assert take_kept()["requestPayload"] == event


def test_unsupported_event_is_kept(emulator: Emulator) -> None:
    assert emulator.invoke({})["reports"] == []
    assert take_kept()["responsePayload"]["errorType"] == "RejectedObjectError"


def test_health_check_succeeds(emulator: Emulator) -> None:
    health = emulator.invoke({"health_check": True})
    assert health == {"status": "ok", "service": local_environment()["POWERTOOLS_SERVICE_NAME"]}


def test_failure_is_function_error(broken_emulator: Emulator, event: Event) -> None:
    order = {"order_id": str(uuid.uuid4()), "lines": [{"sku": "MUG-001", "quantity": 1}]}
    put(event, json.dumps(order).encode())
    assert broken_emulator.invoke(event)["errorType"] == "FailedObjectsError"
