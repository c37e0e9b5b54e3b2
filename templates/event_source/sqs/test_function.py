import json
import os
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from scripts.emulator import Emulator
from scripts.invoke import local_environment
from tests.support import Event, Sample, sample_event


class Queue:
    """A queue; polls it like Lambda's event source mapping. The dead-letter queue is the function's."""

    def __init__(self) -> None:
        self.sqs = boto3.client("sqs")
        self.url = self.sqs.create_queue(QueueName="messages", Attributes={"VisibilityTimeout": "0"})["QueueUrl"]
        self.dead_letter_url = os.environ["DEAD_LETTER_QUEUE_URL"]
        self.dead_letters()  # of other tests

    def send(self, body: str) -> None:
        self.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def poll(self, emulator: Emulator, **attributes: str) -> int:
        """Invoke the function with one batch, delete what does not return, and return how many messages are left.

        Args:
            emulator: the running function.
            attributes: what the attributes of the messages are changed to.
        """
        received = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=10,
            MessageSystemAttributeNames=["All"],
        ).get("Messages", [])
        response = emulator.invoke({"Records": [as_record(each, attributes) for each in received]})
        returned = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
        for each in received:
            if each["MessageId"] not in returned:
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])
        return len(returned)

    def dead_letters(self) -> dict[str, str]:
        """Take all messages from the dead-letter queue; return the cause of each, by its body."""
        causes: dict[str, str] = {}
        while received := self.sqs.receive_message(
            QueueUrl=self.dead_letter_url,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
        ).get("Messages"):
            for each in received:
                causes[each["Body"]] = each["MessageAttributes"]["Cause"]["StringValue"]
                self.sqs.delete_message(QueueUrl=self.dead_letter_url, ReceiptHandle=each["ReceiptHandle"])
        return causes

    def delete(self) -> None:
        self.sqs.delete_queue(QueueUrl=self.url)


def as_record(received: dict[str, Any], attributes: dict[str, str]) -> Event:
    """Return a received message as Lambda passes it to the function."""
    record: Event = sample_event()["Records"][0]
    return record | {
        "messageId": received["MessageId"],
        "receiptHandle": received["ReceiptHandle"],
        "body": received["Body"],
        "attributes": received["Attributes"] | attributes,
    }


@pytest.fixture
def queue() -> Iterator[Queue]:
    made = Queue()
    yield made
    made.delete()


def new_order() -> str:
    """Return the body of a message with a new order."""
    order = json.loads(sample_event()["Records"][0]["body"])
    return json.dumps(order | {"order_id": str(uuid.uuid4())})


@pytest.mark.parametrize("name", ["order", "invalid-order"])
def test_sample_events_do_not_return(emulator: Emulator, sample: Sample, name: str) -> None:
    assert emulator.invoke(sample(name)) == {"batchItemFailures": []}


def test_invalid_messages_go_to_dead_letter_queue(emulator: Emulator, queue: Queue) -> None:
    for body in (new_order(), "{", new_order(), "null"):
        queue.send(body)
    assert queue.poll(emulator) == 0
    causes = queue.dead_letters()
    assert causes.keys() == {"{", "null"}
    assert all(cause.startswith("RejectedOrderError(") for cause in causes.values())


{% if cookiecutter.idempotency %}
def test_redriven_message_has_no_second_effect(emulator: Emulator, queue: Queue) -> None:
    body = new_order()
    for _ in range(2):
        queue.send(body)  # with a new message id
        assert queue.poll(emulator) == 0
    confirmed = [line["order_id"] for line in emulator.log_lines() if line.get("message") == "Order confirmed"]
    assert confirmed.count(json.loads(body)["order_id"]) == 1


{% endif %}
def test_unsupported_event_is_function_error(emulator: Emulator) -> None:
    assert emulator.invoke({})["errorType"] == "UnsupportedEventError"


def test_health_check_succeeds(emulator: Emulator) -> None:
    health = emulator.invoke({"health_check": True})
    assert health == {"status": "ok", "service": local_environment()["POWERTOOLS_SERVICE_NAME"]}


def test_failed_message_returns_until_its_last_receive(broken_emulator: Emulator, queue: Queue) -> None:
    body = new_order()
    queue.send(body)
    assert queue.poll(broken_emulator, ApproximateReceiveCount="9") == 1
    assert queue.dead_letters() == {}
    assert queue.poll(broken_emulator, ApproximateReceiveCount="5") == 0
    assert queue.dead_letters() == {body: "RuntimeError()"}
