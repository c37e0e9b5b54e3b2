"""SNS invokes asynchronously what permits it, and keeps the rest; ministack 1.5.33 invokes once, and keeps nothing."""

import json
from typing import Any

from ministack.services import sns

from .event_retries import invoke
from .invoke_permission import permits

# The fields that Lambda gets under other names than queues do.
NAMES = {"SigningCertURL": "SigningCertUrl", "UnsubscribeURL": "UnsubscribeUrl"}


def fill() -> None:
    """Deliver as SNS does; see "Amazon SNS dead-letter queues" in its developer guide."""
    sns._deliver_to_lambda = deliver


def deliver(function: str, envelope: str, topic: str, subscription: str, *_: object) -> None:
    """Queue an invocation of the function, or keep the notification in the subscription's dead-letter queue."""
    if permits(function, "sns.amazonaws.com", topic):
        invoke(function, json.dumps(event_of(json.loads(envelope), subscription)))
        return
    attributes = sns._find_subscription(topic, subscription)["attributes"]
    if policy := attributes.get("RedrivePolicy"):
        queue = json.loads(policy)["deadLetterTargetArn"]
        sns._deliver_to_sqs(queue, envelope, raw=False, raw_message="", topic_arn=topic)


def event_of(notification: dict[str, Any], subscription: str) -> dict[str, Any]:
    """Return the event in which Lambda gets a notification."""
    envelope = {NAMES.get(name, name): value for name, value in notification.items()}
    envelope = {"Subject": None, "MessageAttributes": {}} | envelope
    record = {"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": subscription, "Sns": envelope}
    return {"Records": [record]}
