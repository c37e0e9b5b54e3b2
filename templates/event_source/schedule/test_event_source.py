import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from {{ cookiecutter.__package }} import handler

from infra.stages import STAGES, Stage
from tests.infra.synthesis import Synthesis


@pytest.fixture
def schedule(synthesis: Synthesis) -> dict[str, Any]:
    """The schedule of the event source."""
    schedule = synthesis.stack.source.node.find_child("Schedule")
    return dict(synthesis.template["Resources"][synthesis.id_of(schedule)])


def test_schedule_input_matches_event(schedule: dict[str, Any]) -> None:
    event = schedule["Properties"]["Target"]["Input"].replace("<aws.scheduler.scheduled-time>", "2026-11-24T06:00:00Z")
    assert handler.parse_order(json.loads(event)).order_id == "standing-20261124T060000Z"


def test_schedule_waits_for_its_group(synthesis: Synthesis, schedule: dict[str, Any]) -> None:
    assert synthesis.id_of(synthesis.stack.source.group) in schedule["DependsOn"]


@pytest.mark.parametrize(("processing", "state"), [(True, "ENABLED"), (False, "DISABLED")])
def test_schedule_follows_processing(synthesize: Callable[[Stage], Synthesis], *, processing: bool, state: str) -> None:
    synthesis = synthesize(replace(STAGES[0], processing=processing))
    (schedule,) = synthesis.named("AWS::Scheduler::Schedule").values()
    assert schedule["State"] == state


def test_undelivered_events_go_to_dlq(synthesis: Synthesis, schedule: dict[str, Any]) -> None:
    stack, target = synthesis.stack, schedule["Properties"]["Target"]
    assert target["Arn"] == stack.resolve(stack.service.alias.function_arn)
    assert target["DeadLetterConfig"]["Arn"] == stack.resolve(stack.source.dead_letter_queue.queue_arn)


def test_failed_events_reach_destination(synthesis: Synthesis) -> None:
    stack = synthesis.stack
    queue = stack.resolve(stack.source.failure_destination.queue.queue_arn)
    config = synthesis.properties_of(stack.service.alias.node.find_child("EventInvokeConfig"))
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == queue
    assert any("sqs:SendMessage" in actions and queue in resources for actions, resources in synthesis.allowed())
