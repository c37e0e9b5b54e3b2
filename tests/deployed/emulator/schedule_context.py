"""Scheduler fills its context attributes into an input; ministack 1.5.33 hands them on as they are.

See "Adding context attributes" in the EventBridge Scheduler user guide.
"""

import time
import uuid
from typing import Any

from ministack.services import eventbridge


def fill() -> None:
    """Replace the attributes in the input of a target."""
    invoke = eventbridge._invoke_target

    def invoke_with_context(target: dict[str, Any], event: dict[str, Any], *rest: object) -> None:
        invoke(target | {"Input": replace(target["Input"], event)} if "Input" in target else target, event, *rest)

    eventbridge._invoke_target = invoke_with_context


def replace(text: str, event: dict[str, Any]) -> str:
    """Return `text` with what the attributes stand for when `event` fires."""
    attributes = {
        "attempt-number": "1",
        "execution-id": uuid.uuid4().hex,
        "schedule-arn": next(iter(event["Resources"]), ""),
        "scheduled-time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(event["Time"])),
    }
    for name, value in attributes.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return text
