from collections.abc import Callable
from dataclasses import replace

import pytest

from infra.stages import STAGES, Stage
from tests.infra.synthesis import Synthesis


@pytest.mark.parametrize("processing", [True, False])
def test_only_the_topic_may_invoke_unless_stopped(
    synthesize: Callable[[Stage], Synthesis], *, processing: bool
) -> None:
    synthesis = synthesize(replace(STAGES[0], processing=processing))
    alias, topic = synthesis.stack.resolve(
        [synthesis.stack.service.alias.function_arn, synthesis.stack.source.topic.topic_arn]
    )
    permissions = synthesis.named("AWS::Lambda::Permission").values()
    allowed = [each["SourceArn"] for each in permissions if each["FunctionName"] == alias]
    assert allowed == ([topic] if processing else [])


def test_undelivered_messages_go_to_dlq(synthesis: Synthesis) -> None:
    queue = synthesis.stack.resolve(synthesis.stack.source.dead_letter_queue.queue_arn)
    subscription = synthesis.properties_of(synthesis.stack.source.subscription)
    assert subscription["RedrivePolicy"] == {"deadLetterTargetArn": queue}


def test_filter_policy_is_the_setting(synthesize: Callable[[Stage], Synthesis], synthesis: Synthesis) -> None:
    filtered = synthesize(replace(STAGES[0], filter_policy='{"event_type": ["order_placed"]}'))
    subscription = filtered.properties_of(filtered.stack.source.subscription)
    assert subscription["FilterPolicy"] == {"event_type": ["order_placed"]}
    assert "FilterPolicy" not in synthesis.properties_of(synthesis.stack.source.subscription)


def test_key_of_the_stage_encrypts_the_topic(synthesize: Callable[[Stage], Synthesis], synthesis: Synthesis) -> None:
    key = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    own = synthesize(replace(STAGES[0], key_arn=key))
    assert own.properties_of(own.stack.source.topic)["KmsMasterKeyId"] == key
    assert "alias/aws/sns" in str(synthesis.properties_of(synthesis.stack.source.topic)["KmsMasterKeyId"])


def test_function_knows_its_topic(synthesis: Synthesis) -> None:
    topic = synthesis.stack.resolve(synthesis.stack.source.topic.topic_arn)
    function = synthesis.properties_of(synthesis.stack.service.function)
    assert function["Environment"]["Variables"]["TOPIC_ARN"] == topic


def test_failed_events_reach_destination(synthesis: Synthesis) -> None:
    stack = synthesis.stack
    queue = stack.resolve(stack.source.failure_destination.queue.queue_arn)
    config = synthesis.properties_of(stack.service.alias.node.find_child("EventInvokeConfig"))
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == queue
    assert any("sqs:SendMessage" in actions and queue in resources for actions, resources in synthesis.allowed())
