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
    """Move all messages at once; each gets a new id."""
    arn = request["SourceArn"]
    queues = list(sqs._queues.values())
    source = next((each for each in queues if each["attributes"]["QueueArn"] == arn), None)
    if source is None:
        code, message = "ResourceNotFoundException", "There is no such queue."
        raise sqs._Err(code, message, 404)
    origin = next((each for each in queues if arn in str(each["attributes"].get("RedrivePolicy"))), None)
    if origin is None:
        code, message = "InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue."
        raise sqs._Err(code, message)
    messages, source["messages"][:] = list(source["messages"]), []
    for message in messages:
        sqs._act_send_message({"QueueUrl": origin["url"], "MessageBody": message["body"]}, origin["url"])
    task = {"TaskHandle": uuid.uuid4().hex, "SourceArn": arn, "Status": "COMPLETED"}
    tasks.insert(0, {**task, "ApproximateNumberOfMessagesMoved": len(messages)})
    return {"TaskHandle": task["TaskHandle"]}


def list_tasks(request: dict[str, Any], _url: str) -> dict[str, Any]:
    """Return the tasks of a dead-letter queue, the newest first."""
    return {"Results": [task for task in tasks if task["SourceArn"] == request["SourceArn"]]}
