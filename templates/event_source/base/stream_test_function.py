{% block stdlib %}{% endblock %}
import json
import uuid
from typing import Any

import boto3
import pytest
{% block third_party %}{% endblock %}

from scripts.emulator import Emulator
from scripts.invoke import local_environment
from tests.support import Event, Sample

PROCESSED: Event = {"batchItemFailures": []}


def take_kept() -> dict[str, Any]:
    """Take the only message from the on-failure destination."""
    sqs, url = boto3.client("sqs"), local_environment()["FAILURE_QUEUE_URL"]
    (message,) = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    kept: dict[str, Any] = json.loads(message["Body"])
    return kept


{% block order required %}{% endblock %}
def test_sample_event_is_processed(emulator: Emulator, event: Event) -> None:
    assert emulator.invoke(event) == PROCESSED


def test_invalid_order_is_kept_whole(emulator: Emulator, sample: Sample) -> None:
    event = sample("invalid-order")
    assert emulator.invoke(event) == PROCESSED
    kept = take_kept()
    assert kept["requestPayload"] == event
    assert "delivery: " in kept["responsePayload"]["errorMessage"]


def test_rejected_record_does_not_hold_back_others(emulator: Emulator, event: Event, sample: Sample) -> None:
    (invalid,), valid = sample("invalid-order")["Records"], new_record(event)
    assert emulator.invoke({"Records": [invalid, valid]}) == PROCESSED
    assert take_kept()["requestPayload"] == {"Records": [invalid]}
    confirmed = [line["sequence_number"] for line in emulator.log_lines() if line.get("message") == "Order confirmed"]
    assert confirmed[-1] == sequence_number(valid)


{% if cookiecutter.idempotency %}
def test_repeated_order_has_no_second_effect(emulator: Emulator, event: Event) -> None:
    record = new_record(event)
    for _ in range(2):
        assert emulator.invoke({"Records": [record, record]}) == PROCESSED
    numbers = [line["sequence_number"] for line in emulator.log_lines() if line.get("message") == "Order confirmed"]
    assert numbers.count(sequence_number(record)) == 1


{% endif %}
@pytest.mark.parametrize("unsupported", [{}, {"Records": [{"eventSource": "aws:sqs"}]}])
def test_unsupported_event_is_function_error(emulator: Emulator, unsupported: Event) -> None:
    assert emulator.invoke(unsupported)["errorType"] == "UnsupportedEventError"


def test_health_check_succeeds(emulator: Emulator) -> None:
    health = emulator.invoke({"health_check": True})
    assert health == {"status": "ok", "service": local_environment()["POWERTOOLS_SERVICE_NAME"]}


def test_failed_record_is_where_lambda_goes_on(broken_emulator: Emulator, event: Event, sample: Sample) -> None:
    (invalid,), failing = sample("invalid-order")["Records"], new_record(event)
    response = broken_emulator.invoke({"Records": [invalid, failing, new_record(event)]})
    assert response == {"batchItemFailures": [{"itemIdentifier": sequence_number(failing)}]}
    take_kept()
    assert broken_emulator.invoke({"Records": [failing]})["errorType"] == "FirstRecordError"
