"""SQS moves the messages of a dead-letter queue back to their source; ministack 1.5.33 has no message move tasks."""

import uuid
from typing import Any

from ministack.services import sqs

tasks: list[dict[str, Any]] = []


def fill() -> None:
    """Add the actions that start a task and list them."""
    sqs._HANDLERS["StartMessageMoveTask"] = start
    sqs._HANDLERS["ListMessageMoveTasks"] = list_tasks


def start(request: dict[str, Any], _url: str) -> dict[str, str]:
    """Move all messages at once; each gets a new id. Without a destination, SQS must know where a message came from."""
    arn = request["SourceArn"]
    queues = list(sqs._queues.values())
    source = next((each for each in queues if each["attributes"]["QueueArn"] == arn), None)
    if source is None:
        code, message = "ResourceNotFoundException", "There is no such queue."
        raise sqs._Err(code, message, 404)
    if not any(arn in str(each["attributes"].get("RedrivePolicy")) for each in queues):
        code, message = "InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue."
        raise sqs._Err(code, message)
    task = {"TaskHandle": uuid.uuid4().hex, "SourceArn": arn, "Status": "COMPLETED"}
    moved = 0
    for message in list(source["messages"]):
        # It does of what it has moved itself, not of what was sent to the dead-letter queue.
        destination = request.get("DestinationArn") or message["sys"].get("DeadLetterQueueSourceArn")
        target = next((each for each in queues if each["attributes"]["QueueArn"] == destination), None)
        if target is None:
            task |= {"Status": "FAILED", "FailureReason": "CouldNotDetermineMessageSource"}
            break
        source["messages"].remove(message)
        sqs._act_send_message(parameters(message, target["url"]), target["url"])
        moved += 1
    tasks.insert(0, {**task, "ApproximateNumberOfMessagesMoved": moved})
    return {"TaskHandle": task["TaskHandle"]}


def parameters(message: dict[str, Any], url: str) -> dict[str, Any]:
    """Return what sends a message to the queue at `url` as it is."""
    sent = {"QueueUrl": url, "MessageBody": message["body"], "MessageAttributes": message["message_attributes"]}
    if message["group_id"]:
        sent |= {"MessageGroupId": message["group_id"], "MessageDeduplicationId": message["id"]}
    return sent


def list_tasks(request: dict[str, Any], _url: str) -> dict[str, Any]:
    """Return the tasks of a dead-letter queue, the newest first."""
    return {"Results": [task for task in tasks if task["SourceArn"] == request["SourceArn"]]}
