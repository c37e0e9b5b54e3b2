import json
from typing import Any

from infra.stages import Stage
from tests.support import Template, named, statements


def test_bucket_is_private_and_encrypted(template: Template) -> None:
    (bucket,) = named(template, "AWS::S3::Bucket").values()
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "BucketEncryption" in bucket
    (policy,) = named(template, "AWS::S3::BucketPolicy").values()
    (plain_text,) = statements(policy["PolicyDocument"])
    assert plain_text["Effect"] == "Deny"
    assert plain_text["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_notification_filters_by_key(template: Template, alias_id: str, stage: Stage) -> None:
    (bucket,) = (each for each in template["Resources"].values() if each["Type"] == "AWS::S3::Bucket")
    (permission,) = named(template, "AWS::Lambda::Permission")
    assert permission in bucket["DependsOn"], "S3 checks that it may invoke the alias"
    (notification,) = bucket["Properties"]["NotificationConfiguration"]["LambdaConfigurations"]
    assert notification["Function"] == {"Ref": alias_id}
    rules = {rule["Name"]: rule["Value"] for rule in notification["Filter"]["S3Key"]["Rules"]}
    assert rules == {"prefix": stage.prefix, "suffix": stage.suffix}


def test_access_is_limited_to_the_bucket(template: Template, allowed: list[dict[str, Any]]) -> None:
    (bucket,) = named(template, "AWS::S3::Bucket").values()
    *_, name = bucket["BucketName"]["Fn::Join"]
    (read,) = (each["Resource"]["Fn::Join"][1] for each in allowed if "s3:GetObject" in each["Action"])
    (permission,) = named(template, "AWS::Lambda::Permission").values()
    for arn in (read, permission["SourceArn"]["Fn::Join"][1]):
        assert json.dumps(name)[2:-1] in json.dumps(arn)


def test_failed_events_reach_destination(template: Template, allowed: list[dict[str, Any]]) -> None:
    (config,) = named(template, "AWS::Lambda::EventInvokeConfig").values()
    assert config["MaximumRetryAttempts"] == 2
    queue = config["DestinationConfig"]["OnFailure"]["Destination"]
    assert ["sqs:SendMessage" in each["Action"] for each in allowed if each["Resource"] == queue] == [True]


def test_queue_retains_messages_14_days(template: Template) -> None:
    (queue,) = named(template, "AWS::SQS::Queue").values()
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 60 * 60
