import json
import time

from deployed.rows import rows
from deployed.stack import Deployment, eventually

ROWS = rows(event_source="eventbridge")
# The emulator starts a new function after each failure.
THREE_STARTS = 120


def put(deployment: Deployment, name: str, order_id: str = "wanted", **changes: str) -> None:
    """Send the sample event `name` to the default event bus, for another order and with `changes`."""
    sample = deployment.sample(name)
    entry = {
        "Source": sample["source"],
        "DetailType": sample["detail-type"],
        "Detail": json.dumps(sample["detail"] | {"order_id": order_id}),
    }
    deployment.dev.cloud.client("events").put_events(Entries=[entry | changes])


def test_only_matching_event_is_confirmed(deployed: Deployment) -> None:
    earlier = deployed.dev.confirmed()
    put(deployed, "order", "another-source", Source="another.shop")
    put(deployed, "order", "another-type", DetailType="OrderLost")
    put(deployed, "order")
    eventually(lambda: deployed.dev.confirmed(earlier))
    time.sleep(1)  # for what should not come
    assert deployed.dev.confirmed(earlier) == ["wanted"]


def test_failed_event_is_kept_after_retries(deployed: Deployment) -> None:
    dev, earlier = deployed.dev, deployed.dev.confirmed()
    with dev.with_variables(CURRENCY="none"):
        put(deployed, "order", "failed")
        eventually(lambda: dev.count("FailureQueueUrl"), lambda count: count == 1, seconds=THREE_STARTS)
    kept = dev.peek("FailureQueueUrl")
    assert kept["requestContext"]["condition"] == "RetriesExhausted"
    assert kept["requestPayload"]["detail"]["order_id"] == "failed"
    assert "1 sent to the function, 0 left" in dev.task("redrive").output
    assert eventually(lambda: dev.confirmed(earlier)) == ["failed"]


def test_invalid_event_is_kept_at_once(deployed: Deployment) -> None:
    dev = deployed.dev
    put(deployed, "invalid-order")
    eventually(lambda: dev.count("FailureQueueUrl"), lambda count: count == 1)
    kept = dev.peek("FailureQueueUrl")
    assert kept["requestContext"]["condition"] == "Rejected"
    assert kept["requestPayload"]["detail"]["order_id"] == "wanted"
    assert "lines.0.quantity: Input should be" in kept["responsePayload"]["errorMessage"]
    assert json.loads(dev.invoke(kept["requestPayload"]))["status"] == "rejected", "the invocation has no error"
    time.sleep(2)  # for retries that should not come
    assert len(dev.lines("Event rejected")) == dev.count("FailureQueueUrl") == 2


def test_redrive_sends_rejected_events_again(deployed: Deployment) -> None:
    assert "2 sent to the function, 0 left" in deployed.dev.task("redrive").output
    eventually(lambda: len(deployed.dev.lines("Event rejected")), lambda count: count == 4)
    eventually(lambda: deployed.dev.count("FailureQueueUrl"), lambda count: count == 2)


def test_rejected_event_is_kept_by_lambda_if_need_be(deployed: Deployment) -> None:
    dev = deployed.dev
    earlier = len(dev.lines("Event rejected"))
    with dev.with_variables(FAILURE_QUEUE_URL=f"{dev.outputs['FailureQueueUrl']}-of-another"):
        put(deployed, "invalid-order")
        eventually(lambda: dev.count("FailureQueueUrl"), lambda count: count == 3, seconds=THREE_STARTS)
    assert len(dev.lines("Event rejected")) == earlier + 3
    assert len(dev.lines("Event not kept")) == 3
