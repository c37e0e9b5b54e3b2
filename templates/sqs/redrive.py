"""Move the messages of the dead-letter queue back to the queue."""

import argparse
import sys
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from scripts.deployed import CONFIG, MissingOutputError, in_one_line, read_outputs

ARN, COUNT = "QueueArn", "ApproximateNumberOfMessages"


def redrive(sqs: Any, url: str) -> str:
    """Let SQS move the messages of the dead-letter queue at `url` back, and return how many there are."""
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[ARN, COUNT])["Attributes"]
    sqs.start_message_move_task(SourceArn=attributes[ARN])
    count: str = attributes[COUNT]
    return count


def main() -> None:
    """Redrive the dead-letter queue of a stack; exit with one line and status 1 if that fails."""
    parser = argparse.ArgumentParser(description="Move failed messages back to the queue.")
    parser.add_argument("stack", help="the name of the stack")
    stack: str = parser.parse_args().stack
    try:
        session = boto3.Session()
        url = read_outputs(session, stack, "DeadLetterQueueUrl")["DeadLetterQueueUrl"]
        count = redrive(session.client("sqs", config=CONFIG), url)
    except (BotoCoreError, ClientError, MissingOutputError) as error:
        sys.exit(f"redrive: {in_one_line(error)}")
    print(f"redrive: {url}: SQS moves about {count} messages back in the background")


if __name__ == "__main__":
    main()
