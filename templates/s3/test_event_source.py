from infra.stages import Stage
from tests.infra.synthesis import Synthesis


def test_notification_invokes_the_alias(synthesis: Synthesis, stage: Stage) -> None:
    stack = synthesis.stack
    bucket = synthesis.template["Resources"][synthesis.id_of(stack.source.bucket)]
    assert synthesis.id_of(stack.source.node.find_child("Permission")) in bucket["DependsOn"], "S3 checks it first"
    notifications = bucket["Properties"]["NotificationConfiguration"]["LambdaConfigurations"]
    rules = [{"Name": "prefix", "Value": stage.prefix}, {"Name": "suffix", "Value": stage.suffix}]
    alias = stack.resolve(stack.service.alias.function_arn)
    expected = {"Event": "s3:ObjectCreated:*", "Filter": {"S3Key": {"Rules": rules}}, "Function": alias}
    assert expected in notifications


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
