"""{% block docstring %}Invoke the function again with each event that is kept in a queue because it failed.{% endblock %}"""

import argparse
{% block stdlib %}{% endblock %}
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
{% block botocore %}{% endblock %}
from botocore.exceptions import BotoCoreError, ClientError

from scripts.deployed import CONFIG, MissingOutputError, in_one_line, read_outputs

QUEUES = [{% block queues %}"DeadLetterQueueUrl", "FailureQueueUrl"{% endblock %}]
# Longer than {{ slowest|default('sending ten events takes') }}; after that, messages that were not deleted are visible again.
HIDDEN_SECONDS = {{ hidden_seconds|default(60) }}

# Long polling: without it, SQS asks only some of its servers.
WAIT_SECONDS = 2


@dataclass
class Outcome:
    """How many messages were sent to the function, and how many were left in the queue."""

    sent: int = 0
    left: int = 0


def receive(sqs: Any, url: str, until: float) -> Iterator[dict[str, Any]]:
    """Yield each message of a queue once.

    Args:
        sqs: boto3's client.
        url: the queue's URL.
        until: the time of the newest message to take, in seconds; events that fail again meanwhile are not repeated.
    """
    seen: set[str] = set()
    while messages := sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        MessageSystemAttributeNames=["SentTimestamp"],
        VisibilityTimeout=HIDDEN_SECONDS,
        WaitTimeSeconds=WAIT_SECONDS,
    ).get("Messages"):
        old = [each for each in messages if int(each["Attributes"]["SentTimestamp"]) <= until * 1000]
        new = [each for each in old if each["MessageId"] not in seen]
{% block newer %}{% endblock %}
        if not new:
            return
        seen.update(each["MessageId"] for each in new)
        yield from new


def read_event(body: str) -> Any:
    """Return the event in a message's body: as it was sent, or from Lambda's record of a failed invocation.

    Raises:
        ValueError: the body is not JSON.
    """
    match json.loads(body):
        case {"requestContext": {"condition": str()}, "requestPayload": event}:
            return event
{% block cases %}{% endblock %}
        case event:
            return event


{% block test_event %}{% endblock %}
{% block redrive %}
def redrive(session: boto3.Session, function: str, url: str) -> Outcome:
    """Invoke the alias of `function` with each event in the queue at `url`, and delete those that Lambda accepts."""
    sqs = session.client("sqs", config=CONFIG)
    invoker = session.client("lambda", config=CONFIG)
    outcome = Outcome()
    for message in receive(sqs, url, time.time()):
        try:
            event = read_event(message["Body"])
        except ValueError as error:
            print(f"redrive: message {message['MessageId']} stays in the queue: {error}", file=sys.stderr)
            outcome.left += 1
            continue
{% block not_for_the_function %}{% endblock %}
        invoker.invoke(FunctionName=function, Qualifier="live", InvocationType="Event", Payload=json.dumps(event))
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        outcome.sent += 1
    return outcome
{% endblock %}


def main() -> None:
    """Redrive the queues of a stack; exit with one line and status 1 if a message is left."""
    parser = argparse.ArgumentParser(description="Invoke the function again with the events that failed.")
    parser.add_argument("stack", help="the name of the stack")
    stack: str = parser.parse_args().stack
    left = 0
    try:
        session = boto3.Session()
        outputs = read_outputs(session, stack, "FunctionName", *QUEUES)
        for queue in QUEUES:
            outcome = redrive(session, outputs["FunctionName"], outputs[queue])
            print(f"redrive: {outputs[queue]}: {outcome.sent} sent to the function, {outcome.left} left")
            left += outcome.left
    except (BotoCoreError, ClientError, MissingOutputError) as error:
        sys.exit(f"redrive: {in_one_line(error)}")
    if left:
{% block left %}
        sys.exit(f"redrive: messages without an event: {left}; read them in the queue, then delete them there")
{% endblock %}


if __name__ == "__main__":
    main()
