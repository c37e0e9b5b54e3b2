import base64
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from {{ cookiecutter.__package }} import dead_letters, orders
from {{ cookiecutter.__package }}.dead_letters import MAX_CAUSE_LENGTH, send_to_dead_letters

from tests.support import Event, Logs

MARKER = "do-not-log-me"
BINARY = b"\x00\xff"


@pytest.fixture
def record() -> Event:
    """A message with attributes, as Lambda passes it."""
    lists: Event = {"stringListValues": [], "binaryListValues": []}
    return {
        "messageId": str(uuid.uuid4()),
        "body": MARKER,
        "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": "A"},
        "messageAttributes": {
            "tenant": {"dataType": "String", "stringValue": "zoo", **lists},
            "weight": {"dataType": "Number.kg", "stringValue": "1.5", **lists},
            "key": {"dataType": "Binary", "binaryValue": base64.b64encode(BINARY).decode(), **lists},
        },
    }


@pytest.fixture(params=["dead-letters", "dead-letters.fifo"])
def queue(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a new dead-letter queue, standard or FIFO."""
    name = f"{uuid.uuid4()}-{request.param}"
    attributes = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
    sqs = boto3.client("sqs")
    url: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    use(url, monkeypatch)
    yield url
    sqs.delete_queue(QueueUrl=url)


def use(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the function send to the queue with this URL."""
    settings = orders.settings.model_copy(update={"dead_letter_queue_url": url})
    monkeypatch.setattr(dead_letters, "settings", settings)


def receive(url: str) -> dict[str, Any]:
    """Return the only message of a queue."""
    names = {"MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["All"]}
    (message,) = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, **names)["Messages"]
    found: dict[str, Any] = message
    return found


def test_message_is_sent_with_its_cause(queue: str, record: Event, logs: Logs) -> None:
    assert send_to_dead_letters(record, ValueError("too heavy"))
    message = receive(queue)
    assert message["Body"] == record["body"]
    assert message["MessageAttributes"] == {
        "tenant": {"DataType": "String", "StringValue": "zoo"},
        "weight": {"DataType": "Number.kg", "StringValue": "1.5"},
        "key": {"DataType": "Binary", "BinaryValue": BINARY},
        "Cause": {"DataType": "String", "StringValue": "ValueError('too heavy')"},
    }
    (line,) = logs.lines
    assert (line["message"], line["dead_letter_id"]) == ("Sent to the dead-letter queue", message["MessageId"])
    assert MARKER not in logs.text


def test_fifo_message_keeps_its_group(queue: str, record: Event) -> None:
    assert send_to_dead_letters(record, ValueError())
    attributes = receive(queue)["Attributes"]
    assert attributes["MessageGroupId"] == "A"
    assert attributes.get("MessageDeduplicationId") == (record["messageId"] if queue.endswith(".fifo") else None)


def test_redriven_message_gets_a_new_cause(queue: str, record: Event) -> None:
    record["messageAttributes"]["Cause"] = {"dataType": "String", "stringValue": "ValueError('too heavy')"}
    assert send_to_dead_letters(record, ValueError("\x00" * MAX_CAUSE_LENGTH))
    cause = receive(queue)["MessageAttributes"]["Cause"]["StringValue"]
    assert cause.startswith(r"ValueError('\x00\x00")
    assert len(cause) == MAX_CAUSE_LENGTH


def test_refused_cause_is_left_out(record: Event) -> None:
    with Stubber(dead_letters.sqs_client()) as responses:
        responses.add_client_error("send_message", "InvalidParameterValue")
        responses.add_response("send_message", {"MessageId": "1"}, dead_letters.as_sent(record))
        assert send_to_dead_letters(record, ValueError())
        responses.assert_no_pending_responses()


def test_failure_to_send_is_logged(record: Event, logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    use("http://127.0.0.1/123456789012/missing", monkeypatch)
    assert not send_to_dead_letters(record, ValueError())
    (line,) = logs.lines
    assert (line["level"], line["message"]) == ("ERROR", "Not sent to the dead-letter queue, returned to the queue")
    assert "Traceback" in line["exception"]
    assert MARKER not in logs.text
