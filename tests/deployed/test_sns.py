import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError

from deployed.rows import rows
from deployed.stack import Deployment, Stack, eventually

ROWS = rows(event_source="sns")
# The emulator starts a new function after each failure.
THREE_STARTS = 120


def publish(deployment: Deployment, name: str, order_id: str = "wanted", event_type: str = "order_placed") -> None:
    """Publish the message of the sample event `name`, for another order and with that attribute."""
    (record,) = deployment.sample(name)["Records"]
    order = json.loads(record["Sns"]["Message"]) | {"order_id": order_id}
    deployment.dev.cloud.client("sns").publish(
        TopicArn=deployment.dev.outputs["TopicArn"],
        Message=json.dumps(order),
        MessageAttributes={"event_type": {"DataType": "String", "StringValue": event_type}},
    )


@contextmanager
def without_permission(stack: Stack) -> Iterator[None]:
    """Take the topic's permission to invoke the function until the block ends."""
    client, place = stack.cloud.client("lambda"), {"FunctionName": stack.outputs["FunctionName"], "Qualifier": "live"}
    (statement,) = json.loads(client.get_policy(**place)["Policy"])["Statement"]
    client.remove_permission(**place, StatementId=statement["Sid"])
    try:
        yield
    finally:
        client.add_permission(
            **place,
            StatementId=statement["Sid"],
            Action=statement["Action"],
            Principal=statement["Principal"]["Service"],
            SourceArn=stack.outputs["TopicArn"],
        )


def test_only_matching_message_is_confirmed(deployed: Deployment) -> None:
    earlier = deployed.dev.confirmed()
    publish(deployed, "order", "another-type", event_type="order_lost")
    publish(deployed, "order")
    eventually(lambda: deployed.dev.confirmed(earlier))
    time.sleep(1)  # for what should not come
    assert deployed.dev.confirmed(earlier) == ["wanted"]


def test_failed_message_is_kept_after_retries(deployed: Deployment) -> None:
    dev, earlier = deployed.dev, deployed.dev.confirmed()
    with dev.with_variables(CURRENCY="none"):
        publish(deployed, "order", "failed")
        eventually(lambda: dev.count("FailureQueueUrl"), lambda count: count == 1, seconds=THREE_STARTS)
    kept = dev.peek("FailureQueueUrl")
    assert kept["requestContext"]["condition"] == "RetriesExhausted"
    assert '"failed"' in kept["requestPayload"]["Records"][0]["Sns"]["Message"]
    assert "1 sent to the function, 0 left" in dev.task("redrive").output
    assert eventually(lambda: dev.confirmed(earlier)) == ["failed"]


def test_undelivered_message_is_kept_and_redriven(deployed: Deployment) -> None:
    dev, earlier = deployed.dev, deployed.dev.confirmed()
    with without_permission(dev):
        publish(deployed, "order", "undelivered")
        eventually(lambda: dev.count("DeadLetterQueueUrl"), lambda count: count == 1)
    assert dev.peek("DeadLetterQueueUrl")["TopicArn"] == dev.outputs["TopicArn"]
    assert dev.confirmed(earlier) == []
    assert f"{dev.outputs['DeadLetterQueueUrl']}: 1 sent to the function, 0 left" in dev.task("redrive").output
    assert eventually(lambda: dev.confirmed(earlier)) == ["undelivered"]


def test_invalid_message_is_kept_at_once(deployed: Deployment) -> None:
    dev = deployed.dev
    publish(deployed, "invalid-order")
    eventually(lambda: dev.count("FailureQueueUrl"), lambda count: count == 1)
    kept = dev.peek("FailureQueueUrl")
    assert kept["requestContext"]["condition"] == "Rejected"
    assert kept["requestPayload"]["Records"][0]["Sns"]["TopicArn"] == dev.outputs["TopicArn"]
    assert "lines.0.quantity: Input should be" in kept["responsePayload"]["errorMessage"]
    (result,) = json.loads(dev.invoke(kept["requestPayload"]))["results"]
    assert result["status"] == "rejected", "the invocation has no error"
    time.sleep(2)  # for retries that should not come
    assert len(dev.lines("Message rejected")) == dev.count("FailureQueueUrl") == 2


def test_redrive_sends_rejected_messages_again(deployed: Deployment) -> None:
    assert "2 sent to the function, 0 left" in deployed.dev.task("redrive").output
    eventually(lambda: len(deployed.dev.lines("Message rejected")), lambda count: count == 4)
    eventually(lambda: deployed.dev.count("FailureQueueUrl"), lambda count: count == 2)


def test_rejected_message_is_kept_by_lambda_if_need_be(deployed: Deployment) -> None:
    dev = deployed.dev
    earlier = len(dev.lines("Message rejected"))
    with dev.with_variables(FAILURE_QUEUE_URL=f"{dev.outputs['FailureQueueUrl']}-of-another"):
        publish(deployed, "invalid-order")
        eventually(lambda: dev.count("FailureQueueUrl"), lambda count: count == 3, seconds=THREE_STARTS)
    assert len(dev.lines("Message rejected")) == earlier + 3
    assert len(dev.lines("Event not kept")) == 3


def test_message_of_another_topic_is_kept(deployed: Deployment) -> None:
    dev, event = deployed.dev, deployed.sample()
    event["Records"][0]["Sns"]["TopicArn"] = deployed.prod.outputs["TopicArn"]
    kept = dev.count("FailureQueueUrl")
    assert "topic of its stack only" in dev.invoke(event)
    assert dev.count("FailureQueueUrl") == kept + 1


def test_plain_http_is_denied(deployed: Deployment) -> None:
    dev = deployed.dev
    plain = dev.cloud.client("sns", url=f"http://127.0.0.1:{dev.cloud.plain_port}")
    with pytest.raises(ClientError, match=r"AuthorizationError|AccessDenied"):
        plain.publish(TopicArn=dev.outputs["TopicArn"], Message="{}")
