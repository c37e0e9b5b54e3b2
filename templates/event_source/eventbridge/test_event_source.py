from collections.abc import Callable
from dataclasses import replace

import pytest

from infra.stages import STAGES, Stage
from tests.infra.synthesis import Synthesis


def test_rule_matches_configured_events(synthesis: Synthesis, stage: Stage) -> None:
    rule = synthesis.properties_of(synthesis.stack.source.rule)
    assert rule["EventPattern"] == {"source": [stage.event_source], "detail-type": [stage.event_detail_type]}
    assert rule["EventBusName"] == stage.event_bus_name


def test_rule_may_invoke_the_alias(synthesis: Synthesis) -> None:
    stack = synthesis.stack
    alias, rule = stack.resolve([stack.service.alias.function_arn, stack.source.rule.rule_arn])
    permissions = synthesis.named("AWS::Lambda::Permission").values()
    assert alias in [each["FunctionName"] for each in permissions if each.get("SourceArn") == rule]


def test_undelivered_events_go_to_dlq(synthesis: Synthesis) -> None:
    queue = synthesis.stack.resolve(synthesis.stack.source.dead_letter_queue.queue_arn)
    targets = synthesis.properties_of(synthesis.stack.source.rule)["Targets"]
    assert queue in [target["DeadLetterConfig"]["Arn"] for target in targets]


@pytest.mark.parametrize("processing", [True, False])
def test_target_keeps_events_when_stopped(synthesize: Callable[[Stage], Synthesis], *, processing: bool) -> None:
    synthesis = synthesize(replace(STAGES[0], processing=processing))
    stack, target = synthesis.stack, synthesis.properties_of(synthesis.stack.source.rule)["Targets"][0]
    alias, queue = stack.resolve([stack.service.alias.function_arn, stack.source.dead_letter_queue.queue_arn])
    assert target["Arn"] == (alias if processing else queue)
    assert target["Id"] == "Target0", "the same id, so that EventBridge replaces the target at once"


def test_alarm_finds_the_rule_on_another_bus(synthesize: Callable[[Stage], Synthesis]) -> None:
    synthesis = synthesize(replace(STAGES[0], event_bus_name="orders"))
    assert "InvocationsFailedToBeSentToDlq" in synthesis.alarmed("EventBusName", "orders")


def test_failed_events_reach_destination(synthesis: Synthesis) -> None:
    stack = synthesis.stack
    queue = stack.resolve(stack.source.failure_destination.queue.queue_arn)
    config = synthesis.properties_of(stack.service.alias.node.find_child("EventInvokeConfig"))
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == queue
    assert any("sqs:SendMessage" in actions and queue in resources for actions, resources in synthesis.allowed())
