from collections.abc import Callable
from dataclasses import replace

import pytest

from infra.stages import Stage
from tests.infra.synthesis import Synthesis


@pytest.mark.parametrize("processing", [True, False])
def test_notification_follows_processing(
    synthesize: Callable[[Stage], Synthesis], stage: Stage, *, processing: bool
) -> None:
    synthesis = synthesize(replace(stage, processing=processing))
    stack, notifications = synthesis.stack, synthesis.properties_of(synthesis.stack.source.bucket)
    alias, queue = stack.resolve(
        [stack.service.alias.function_arn, stack.source.failure_destination.queue.queue_arn],
    )
    rules = [{"Name": "prefix", "Value": stage.prefix}, {"Name": "suffix", "Value": stage.suffix}]
    created = {"Event": "s3:ObjectCreated:*", "Filter": {"S3Key": {"Rules": rules}}}
    enabled, disabled = created | {"Function": alias}, created | {"Queue": queue}
    expected = {"LambdaConfigurations": [enabled]} if processing else {"QueueConfigurations": [disabled]}
    assert notifications["NotificationConfiguration"] == expected


def test_destinations_are_allowed_before_the_bucket(synthesis: Synthesis) -> None:
    source = synthesis.stack.source
    bucket = synthesis.template["Resources"][synthesis.id_of(source.bucket)]
    policy = source.failure_destination.queue.node.find_child("Policy")
    checked = {synthesis.id_of(each) for each in (source.node.find_child("Permission"), policy)}
    assert checked <= set(bucket["DependsOn"]), "S3 checks its destinations when notifications are set"
    assert "s3.amazonaws.com" in str(synthesis.properties_of(policy))


def test_access_is_limited_to_the_bucket(synthesis: Synthesis) -> None:
    name = synthesis.properties_of(synthesis.stack.source.bucket)["BucketName"]["Fn::Join"][1]
    permission = synthesis.properties_of(synthesis.stack.source.node.find_child("Permission"))
    assert str(name)[2:-1] in str(permission["SourceArn"])
    readable = [resources for actions, resources in synthesis.allowed() if "s3:GetObject" in actions]
    assert str(name)[2:-1] in str(readable)


def test_failed_events_reach_destination(synthesis: Synthesis) -> None:
    stack = synthesis.stack
    queue = stack.resolve(stack.source.failure_destination.queue.queue_arn)
    config = synthesis.properties_of(stack.service.alias.node.find_child("EventInvokeConfig"))
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == queue
    assert any("sqs:SendMessage" in actions and queue in resources for actions, resources in synthesis.allowed())
