"""Redriving a dead-letter queue is left to SQS."""

import sys
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from scripts import redrive
from scripts.deployed import MissingOutputError

URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/dead-letters"
DESTINATION_URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders"
ARN = "arn:aws:sqs:eu-central-1:123456789012:dead-letters"
DESTINATION_ARN = "arn:aws:sqs:eu-central-1:123456789012:orders"


def test_sqs_moves_the_messages_back() -> None:
    sqs = boto3.client("sqs", region_name="eu-central-1")
    with Stubber(sqs) as responses:
        attributes = {"QueueArn": ARN, "ApproximateNumberOfMessages": "3"}
        responses.add_response(
            "get_queue_attributes",
            {"Attributes": attributes},
            {"QueueUrl": URL, "AttributeNames": list(attributes)},
        )
        responses.add_response(
            "get_queue_attributes",
            {"Attributes": {"QueueArn": DESTINATION_ARN}},
            {"QueueUrl": DESTINATION_URL, "AttributeNames": ["QueueArn"]},
        )
        arns = {"SourceArn": ARN, "DestinationArn": DESTINATION_ARN}
        responses.add_response("start_message_move_task", {"TaskHandle": "1"}, arns)
        assert redrive.redrive(sqs, URL, DESTINATION_URL) == "3"
        responses.assert_no_pending_responses()


def test_dead_letter_queue_of_stack_is_used(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["redrive", "orders-dev"])
    monkeypatch.setattr(redrive, "redrive", lambda _, url, to: f"3 to {to} of {url}")
    monkeypatch.setattr(redrive, "read_outputs", lambda _, stack, *names: {name: f"{stack}/{name}" for name in names})
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    redrive.main()
    assert "3 to orders-dev/QueueUrl of orders-dev/DeadLetterQueueUrl" in capsys.readouterr().out


def test_missing_queue_ends_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_outputs(*_: Any) -> None:  # noqa: ANN401 - any arguments
        message = "the stack orders-dev (CREATE_COMPLETE) has no output DeadLetterQueueUrl; deploy it again"
        raise MissingOutputError(message)

    monkeypatch.setattr(sys, "argv", ["redrive", "orders-dev"])
    monkeypatch.setattr(redrive, "read_outputs", read_outputs)
    with pytest.raises(SystemExit, match=r"^redrive: the stack orders-dev .+ has no output DeadLetterQueueUrl"):
        redrive.main()
