import sys

import boto3
import pytest
from botocore.stub import Stubber

from scripts import redrive
from tests.front import STACK, serve

URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/dead-letters"
ARN = "arn:aws:sqs:eu-central-1:123456789012:dead-letters"


def test_sqs_moves_the_messages_back() -> None:
    sqs = boto3.client("sqs", region_name="eu-central-1")
    with Stubber(sqs) as answers:
        attributes = {"QueueArn": ARN, "ApproximateNumberOfMessages": "3"}
        answers.add_response(
            "get_queue_attributes",
            {"Attributes": attributes},
            {"QueueUrl": URL, "AttributeNames": list(attributes)},
        )
        answers.add_response("start_message_move_task", {"TaskHandle": "1"}, {"SourceArn": ARN})
        assert redrive.redrive(sqs, URL) == "3"
        answers.assert_no_pending_responses()


def test_the_dead_letter_queue_of_the_stack_is_meant(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["redrive", STACK])

    def move(_: object, url: str) -> str:
        return f"3 of {url}"

    monkeypatch.setattr(redrive, "redrive", move)
    with serve(lambda event: event) as front:
        front.outputs["DeadLetterQueueUrl"] = URL
        redrive.main()
    assert f"3 of {URL}" in capsys.readouterr().out


def test_a_stack_without_the_queue_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["redrive", STACK])
    with (
        serve(lambda event: event),
        pytest.raises(SystemExit, match=r"^redrive: the stack orders-dev .+ has no output DeadLetterQueueUrl"),
    ):
        redrive.main()
