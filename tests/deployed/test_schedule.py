import json
import re
import time
from datetime import datetime, timezone

from deployed.rows import rows
from deployed.stack import Deployment, eventually

ROWS = rows(event_source="schedule")


def test_failed_run_is_kept_after_retries(deployed: Deployment) -> None:
    dev = deployed.dev
    with dev.with_variables(CURRENCY="none"):
        dev.invoke(deployed.sample(), later=True)
        eventually(lambda: dev.count("FailureQueueUrl"), seconds=120)  # three starts of the function
    assert dev.peek("FailureQueueUrl")["requestContext"]["condition"] == "RetriesExhausted"
    assert "sent to the function, 0 left" in dev.task("redrive").output
    eventually(lambda: dev.count("FailureQueueUrl"), lambda count: count == 0)


def test_invalid_run_is_kept_at_once(deployed: Deployment) -> None:
    dev, run = deployed.dev, deployed.sample("invalid-order")
    dev.invoke(run, later=True)
    eventually(lambda: dev.count("FailureQueueUrl"), lambda count: count == 1)
    kept = dev.peek("FailureQueueUrl")
    assert kept["requestContext"]["condition"] == "Rejected"
    assert kept["requestPayload"] == run
    assert "lines.0.quantity: Input should be" in kept["responsePayload"]["errorMessage"]
    assert json.loads(dev.invoke(run))["status"] == "rejected", "the invocation has no error"
    time.sleep(2)  # for retries that should not come
    assert len(dev.lines("Run rejected")) == dev.count("FailureQueueUrl") == 2


def test_redrive_sends_rejected_runs_again(deployed: Deployment) -> None:
    assert "2 sent to the function, 0 left" in deployed.dev.task("redrive").output
    eventually(lambda: len(deployed.dev.lines("Run rejected")), lambda count: count == 4)
    eventually(lambda: deployed.dev.count("FailureQueueUrl"), lambda count: count == 2)


def test_schedule_fires_with_its_time(deployed: Deployment) -> None:
    sent = re.sub(r"\W", "", deployed.sample()["scheduled_time"])  # another test may have sent that one
    fired = eventually(lambda: [each for each in deployed.dev.confirmed() if sent not in each], seconds=100)
    order_id = fired[-1]
    scheduled = datetime.strptime(f"{order_id}+0000", "standing-%Y%m%dT%H%M%SZ%z")
    assert abs((datetime.now(timezone.utc) - scheduled).total_seconds()) < 150
