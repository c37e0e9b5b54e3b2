import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from scripts.emulator import Emulator
from scripts.invoke import local_environment
from tests.support import Event, Sample, sample_event

RECEIVES = 3


class Queue:
    """A queue with a dead-letter queue; polls it like Lambda's event source mapping."""

    def __init__(self) -> None:
        self.sqs = boto3.client("sqs")
        self.dead_letters = self.sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.dead_letters, AttributeNames=["QueueArn"])
        redrive = {"deadLetterTargetArn": attributes["Attributes"]["QueueArn"], "maxReceiveCount": str(RECEIVES)}
        self.url = self.sqs.create_queue(
            QueueName="messages",
            Attributes={"VisibilityTimeout": "0", "RedrivePolicy": json.dumps(redrive)},
        )["QueueUrl"]

    def send(self, body: str) -> str:
        """Send one message and return its id."""
        message_id: str = self.sqs.send_message(QueueUrl=self.url, MessageBody=body)["MessageId"]
        return message_id

    def poll(self, emulator: Emulator) -> int:
        """Invoke the function with one batch, delete the processed messages, and return the size of the batch."""
        received = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=10,
            MessageSystemAttributeNames=["All"],
        ).get("Messages", [])
        if received:
            response = emulator.invoke({"Records": [as_record(each) for each in received]})
            failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
            for each in received:
                if each["MessageId"] not in failed:
                    self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])
        return len(received)

    def dead_letter_ids(self) -> set[str]:
        received = self.sqs.receive_message(QueueUrl=self.dead_letters, MaxNumberOfMessages=10)
        return {each["MessageId"] for each in received.get("Messages", [])}

    def delete(self) -> None:
        for url in (self.url, self.dead_letters):
            self.sqs.delete_queue(QueueUrl=url)


def as_record(received: dict[str, Any]) -> Event:
    """Return a received message as Lambda passes it to the function."""
    record: Event = sample_event()["Records"][0]
    return record | {
        "messageId": received["MessageId"],
        "receiptHandle": received["ReceiptHandle"],
        "body": received["Body"],
        "attributes": received["Attributes"],
    }


@pytest.fixture
def queue() -> Iterator[Queue]:
    made = Queue()
    yield made
    made.delete()


@pytest.mark.parametrize(("name", "failures"), [("order", 0), ("invalid-order", 1)])
def test_sample_events_fail_as_expected(emulator: Emulator, sample: Sample, name: str, failures: int) -> None:
    assert len(emulator.invoke(sample(name))["batchItemFailures"]) == failures


def test_invalid_messages_reach_dead_letter_queue(emulator: Emulator, queue: Queue, event: Event) -> None:
    for _ in range(3):
        queue.send(event["Records"][0]["body"])
    invalid = {queue.send("{"), queue.send("null")}
    while queue.poll(emulator):
        pass
    assert queue.dead_letter_ids() == invalid
    errors = [line.get("message_id") for line in emulator.log_lines() if line.get("level") == "ERROR"]
    assert all(errors.count(message_id) == RECEIVES for message_id in invalid)


def test_unsupported_event_is_function_error(emulator: Emulator) -> None:
    assert emulator.invoke({})["errorType"] == "UnsupportedEventError"


def test_health_check_succeeds(emulator: Emulator) -> None:
    health = emulator.invoke({"health_check": True})
    assert health == {"status": "ok", "service": local_environment()["POWERTOOLS_SERVICE_NAME"]}


def test_failed_message_stays_in_queue(broken_emulator: Emulator, event: Event) -> None:
    event["Records"][0]["messageId"] = "fails"
    assert broken_emulator.invoke(event) == {"batchItemFailures": [{"itemIdentifier": "fails"}]}
