import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from scripts import redrive
from tests.front import STACK, Front, serve
from tests.support import Sample

COUNT = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"


@dataclass
class Stack:
    """A stack with its queues, to one of which messages are sent."""

    front: Front
    sqs: Any
    url: str

    def send(self, body: object) -> None:
        self.sqs.send_message(QueueUrl=self.url, MessageBody=body if isinstance(body, str) else json.dumps(body))

    def count(self) -> int:
        """Return how many messages are in the queue, those included that are hidden from other receivers."""
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=[*COUNT])["Attributes"]
        return sum(int(attributes[name]) for name in COUNT)


@pytest.fixture(scope="module")
def stand_in() -> Iterator[str]:
    """The address of a stand-in for SQS."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=redrive.QUEUES)
def stack(stand_in: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Stack]:
    monkeypatch.setattr(redrive, "WAIT_SECONDS", 0)
    monkeypatch.setattr(sys, "argv", ["redrive", STACK])
    with serve(lambda event: event) as front:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", stand_in)
        sqs = boto3.Session().client("sqs")
        urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in redrive.QUEUES}
        front.outputs |= urls
        yield Stack(front, sqs, urls[request.param])
        for url in urls.values():
            sqs.delete_queue(QueueUrl=url)


def record_of_failure(event: object) -> object:
    """Return what Lambda keeps of an event that the function has failed on."""
    context = {"condition": "RetriesExhausted", "approximateInvokeCount": 3}
    return {"version": "1.0", "requestContext": context, "requestPayload": event}


def test_events_go_through_the_function_again_and_leave_the_queue(
    stack: Stack,
    sample: Sample,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for _ in range(11):
        stack.send(sample("order"))
    stack.send(record_of_failure(sample("order")))
    redrive.main()
    assert stack.front.queued == [sample("order")] * 12
    assert stack.count() == 0
    assert f"{stack.url}: 12 sent to the function, 0 left\n" in capsys.readouterr().out


def test_a_message_that_is_not_readable_stays_and_is_named(
    stack: Stack,
    sample: Sample,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stack.send("{")
    stack.send(sample("order"))
    with pytest.raises(SystemExit, match=r"^redrive: messages that hold no event: 1;"):
        redrive.main()
    assert "stays in the queue" in capsys.readouterr().err
    assert stack.front.queued == [sample("order")]
    assert stack.count() == 1


def test_what_fails_meanwhile_is_not_tried_again(stack: Stack) -> None:
    stack.send("{}")
    assert list(redrive.receive(stack.sqs, stack.url, time.time() - 60)) == []
    assert stack.count() == 1


def test_an_event_that_lambda_does_not_take_stays(stack: Stack, sample: Sample) -> None:
    stack.front.outputs["FunctionName"] = "missing"
    stack.send(sample("order"))
    with pytest.raises(SystemExit, match=r"^redrive: .*ResourceNotFoundException"):
        redrive.main()
    assert stack.count() == 1


def test_a_stack_without_the_queues_is_named(stack: Stack) -> None:
    stack.front.outputs = {}
    with pytest.raises(SystemExit, match=r"^redrive: the stack orders-dev .+ has no output "):
        redrive.main()
