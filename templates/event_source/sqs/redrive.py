"""Move the messages of the dead-letter queue back to the queue."""

import argparse
import sys
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from scripts.deployed import CONFIG, MissingOutputError, in_one_line, read_outputs

QUEUES = ["DeadLetterQueueUrl", "QueueUrl"]
ARN, COUNT = "QueueArn", "ApproximateNumberOfMessages"


def redrive(sqs: Any, url: str, destination_url: str) -> str:
    """Let SQS move the messages of the dead-letter queue at `url` to that at `destination_url`, and return how many.

    SQS moves a message back by itself only if it has moved it there: most were sent there, by the function.
    """
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[ARN, COUNT])["Attributes"]
    destination = sqs.get_queue_attributes(QueueUrl=destination_url, AttributeNames=[ARN])["Attributes"]
    sqs.start_message_move_task(SourceArn=attributes[ARN], DestinationArn=destination[ARN])
    count: str = attributes[COUNT]
    return count


def main() -> None:
    """Redrive the dead-letter queue of a stack; exit with one line and status 1 if that fails."""
    parser = argparse.ArgumentParser(description="Move failed messages back to the queue.")
    parser.add_argument("stack", help="the name of the stack")
    stack: str = parser.parse_args().stack
    try:
        session = boto3.Session()
        outputs = read_outputs(session, stack, *QUEUES)
        url, destination_url = (outputs[name] for name in QUEUES)
        count = redrive(session.client("sqs", config=CONFIG), url, destination_url)
    except (BotoCoreError, ClientError, MissingOutputError) as error:
        sys.exit(f"redrive: {in_one_line(error)}")
    print(f"redrive: {url}: SQS moves about {count} messages back in the background")


if __name__ == "__main__":
    main()
