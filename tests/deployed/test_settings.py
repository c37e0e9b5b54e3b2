"""What a changed setting does, for an event source with each tool that is answered with the price of an order.

Before `test_stages.py`, which destroys the stage dev.
"""

from deployed.rows import rows
from deployed.stack import Deployment, Event

ROWS = [
    *rows(event_source="eventbridge"),
    *rows(deploy_with="cdk-python", event_source="schedule"),
]


def new_event(sample: Event) -> Event:
    """Return an event with an order that no other test has sent."""
    match sample:
        case {"detail": detail}:
            return sample | {"detail": detail | {"order_id": "new"}}
        case _:
            return sample | {"scheduled_time": "2026-11-25T06:00:00Z"}


def test_changed_setting_publishes_a_checked_version(deployed: Deployment) -> None:
    version, hook_runs = deployed.dev.version, deployed.dev.hook_runs
    deployed.dev.deploy({"Currency": "CHF"})
    assert int(deployed.dev.version) > int(version)
    assert deployed.dev.hook_runs == hook_runs + 1
    assert (deployed.dev.setting("CURRENCY"), deployed.prod.setting("CURRENCY")) == ("CHF", "EUR")
    assert "CHF" in deployed.dev.invoke(new_event(deployed.sample()))
