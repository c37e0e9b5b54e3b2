import re
from datetime import datetime, timezone

from deployed.rows import rows
from deployed.stack import Deployment, eventually

ROWS = rows(event_source="schedule")


def test_failed_run_is_kept_with_its_cause(deployed: Deployment) -> None:
    run = deployed.sample("invalid-order")
    deployed.dev.invoke(run, later=True)
    eventually(lambda: deployed.dev.count("FailureQueueUrl"), lambda count: count == 1)
    kept = deployed.dev.peek("FailureQueueUrl")
    assert kept["requestPayload"] == run
    assert "lines.0.quantity: Input should be" in kept["responsePayload"]["errorMessage"]


def test_redrive_sends_failed_run_again(deployed: Deployment) -> None:
    rejections = len(deployed.dev.lines("Run rejected"))
    assert "1 sent to the function, 0 left" in deployed.dev.task("redrive").output
    eventually(lambda: len(deployed.dev.lines("Run rejected")), lambda count: count == rejections + 3)


def test_schedule_fires_with_its_time(deployed: Deployment) -> None:
    time = re.sub(r"\W", "", deployed.sample()["scheduled_time"])  # another test may have sent that one
    fired = eventually(lambda: [each for each in deployed.dev.confirmed() if time not in each], seconds=100)
    order_id = fired[-1]
    scheduled = datetime.strptime(f"{order_id}+0000", "standing-%Y%m%dT%H%M%SZ%z")
    assert abs((datetime.now(timezone.utc) - scheduled).total_seconds()) < 150
