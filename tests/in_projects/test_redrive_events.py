"""Events that failed are sent through the function again, against a fake SQS; none is lost on the way."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from scripts import redrive
from tests.support import Sample

COUNT = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"
CREDENTIALS = {
    "aws_access_key_id": "local",
    "aws_secret_access_key": "local",  # pragma: allowlist secret - it opens nothing
    "region_name": "eu-central-1",
}


@dataclass
class Function:
    """A fake of boto3's Lambda client that keeps what it is invoked with."""

    events: list[Any] = field(default_factory=list)
    exists: bool = True

    def invoke(self, **request: str) -> None:
        if not self.exists:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "Invoke")
        assert (request["FunctionName"], request["Qualifier"], request["InvocationType"]) == (
            "function",
            "live",
            "Event",
        )
        self.events.append(json.loads(request["Payload"]))


@dataclass
class Stack:
    """A stack with its queues, to one of which messages are sent; it takes the place of boto3's session."""

    function: Function
    sqs: Any
    urls: dict[str, str]
    url: str

    def client(self, name: str, **_: object) -> Any:  # noqa: ANN401 - as boto3's
        return {"sqs": self.sqs, "lambda": self.function}[name]

    def send(self, body: object) -> None:
        self.sqs.send_message(QueueUrl=self.url, MessageBody=body if isinstance(body, str) else json.dumps(body))

    def count(self) -> int:
        """Return how many messages are in the queue, including those hidden from other receivers."""
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=[*COUNT])["Attributes"]
        return sum(int(attributes[name]) for name in COUNT)


@pytest.fixture(scope="module")
def sqs() -> Iterator[Any]:
    """A client of the fake SQS."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("NO_PROXY", "no_proxy"):
            patch.setenv(name, "127.0.0.1")
        yield boto3.Session(**CREDENTIALS).client("sqs", endpoint_url=f"http://{host}:{port}")
    server.stop()


@pytest.fixture(params=redrive.QUEUES)
def stack(sqs: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Stack]:  # noqa: ANN401 - made by boto3 at run time
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in redrive.QUEUES}
    stack = Stack(Function(), sqs, urls, urls[request.param])
    monkeypatch.setattr(redrive, "WAIT_SECONDS", 0)
    monkeypatch.setattr(sys, "argv", ["redrive", "orders-dev"])
    monkeypatch.setattr(redrive.boto3, "Session", lambda: stack)
    monkeypatch.setattr(redrive, "read_outputs", lambda *_: {"FunctionName": "function", **urls})
    yield stack
    for url in urls.values():
        sqs.delete_queue(QueueUrl=url)


def record_of_failure(event: object) -> object:
    """Return what Lambda's on-failure destination keeps of an event."""
    context = {"condition": "RetriesExhausted", "approximateInvokeCount": 3}
    return {"version": "1.0", "requestContext": context, "requestPayload": event}


def test_events_go_through_the_function(stack: Stack, sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(11):
        stack.send(sample("order"))
    stack.send(record_of_failure(sample("order")))
    redrive.main()
    assert stack.function.events == [sample("order")] * 12
    assert stack.count() == 0
    assert f"{stack.url}: 12 sent to the function, 0 left\n" in capsys.readouterr().out


def test_unreadable_message_stays(stack: Stack, sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    stack.send("{")
    stack.send(sample("order"))
    with pytest.raises(SystemExit, match=r"^redrive: messages without an event: 1;"):
        redrive.main()
    assert "stays in the queue" in capsys.readouterr().err
    assert stack.function.events == [sample("order")]
    assert stack.count() == 1


def test_new_failure_is_not_repeated(stack: Stack) -> None:
    stack.send("{}")
    assert list(redrive.receive(stack.sqs, stack.url, time.time() - 60)) == []
    assert stack.count() == 1


def test_refused_event_stays(stack: Stack, sample: Sample) -> None:
    stack.function.exists = False
    stack.send(sample("order"))
    with pytest.raises(SystemExit, match=r"^redrive: .*ResourceNotFoundException"):
        redrive.main()
    assert stack.count() == 1


@pytest.mark.skipif(not hasattr(redrive, "as_event"), reason="only SNS sends the message without the rest of the event")
def test_undelivered_notification_is_sent_as_event(stack: Stack, sample: Sample) -> None:
    record = sample("order")["Records"][0]
    undelivered = record["Sns"] | {"SigningCertURL": record["Sns"]["SigningCertUrl"]}
    stack.send({name: value for name, value in undelivered.items() if name not in {"SigningCertUrl", "Subject"}})
    redrive.main()
    ((sent,),) = (event["Records"] for event in stack.function.events)
    assert sent == {name: record[name] for name in ("EventSource", "EventVersion", "Sns")}
    assert stack.count() == 0


@pytest.mark.skipif(not hasattr(redrive, "is_test"), reason="only S3 sends a message to try a queue")
def test_message_that_tries_the_queue_is_dropped(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    stack.send(
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2026-11-27T06:00:00.000Z", "Bucket": "orders"}
    )
    redrive.main()
    assert stack.function.events == []
    assert stack.count() == 0
    assert f"{stack.url}: 0 sent to the function, 0 left\n" in capsys.readouterr().out
