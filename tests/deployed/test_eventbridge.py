import json
import time

from deployed.rows import rows
from deployed.stack import Deployment, eventually

ROWS = rows(event_source="eventbridge")


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


def test_failed_event_is_kept_with_its_cause(deployed: Deployment) -> None:
    put(deployed, "invalid-order")
    eventually(lambda: deployed.dev.count("FailureQueueUrl"), lambda count: count == 1)
    kept = deployed.dev.peek("FailureQueueUrl")
    assert kept["requestPayload"]["detail"]["order_id"] == "wanted"
    assert "lines.0.quantity: Input should be" in kept["responsePayload"]["errorMessage"]
    assert len(deployed.dev.lines("Event rejected")) == 3


def test_redrive_sends_failed_event_again(deployed: Deployment) -> None:
    assert "1 sent to the function, 0 left" in deployed.dev.task("redrive").output
    eventually(lambda: len(deployed.dev.lines("Event rejected")), lambda count: count == 6)
    eventually(lambda: deployed.dev.count("FailureQueueUrl"), lambda count: count == 1)
