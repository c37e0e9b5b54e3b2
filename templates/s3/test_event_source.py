import json
from typing import Any

from infra.stages import Stage
from tests.support import Template, named, statements


def test_bucket_is_private_and_encrypted(template: Template, ids: dict[str, str]) -> None:
    bucket = named(template, "AWS::S3::Bucket")[ids["BucketName"]]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "BucketEncryption" in bucket
    policies = named(template, "AWS::S3::BucketPolicy").values()
    (policy,) = (each for each in policies if each["Bucket"] == {"Ref": ids["BucketName"]})
    (plain_text,) = statements(policy["PolicyDocument"])
    assert plain_text["Effect"] == "Deny"
    assert plain_text["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_notification_filters_by_key(template: Template, alias_id: str, ids: dict[str, str], stage: Stage) -> None:
    bucket = template["Resources"][ids["BucketName"]]
    (notification,) = bucket["Properties"]["NotificationConfiguration"]["LambdaConfigurations"]
    assert notification["Function"] == {"Ref": alias_id}
    rules = {rule["Name"]: rule["Value"] for rule in notification["Filter"]["S3Key"]["Rules"]}
    assert rules == {"prefix": stage.prefix, "suffix": stage.suffix}


def test_access_is_limited_to_the_bucket(
    template: Template, ids: dict[str, str], allowed: list[dict[str, Any]]
) -> None:
    bucket = template["Resources"][ids["BucketName"]]
    permissions = named(template, "AWS::Lambda::Permission").items()
    (source,) = (each["SourceArn"] for key, each in permissions if key in bucket["DependsOn"])
    name = json.dumps(bucket["Properties"]["BucketName"]["Fn::Join"][1])[2:-1]
    assert name in json.dumps(source)
    assert any(name in json.dumps(each["Resource"]) for each in allowed if "s3:GetObject" in each["Action"])


def test_failed_events_reach_destination(
    template: Template, ids: dict[str, str], allowed: list[dict[str, Any]]
) -> None:
    queue = {"Fn::GetAtt": [ids["FailureQueueUrl"], "Arn"]}
    (config,) = named(template, "AWS::Lambda::EventInvokeConfig").values()
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == queue
    assert any("sqs:SendMessage" in each["Action"] for each in allowed if each["Resource"] == queue)


def test_queue_retains_messages_14_days(template: Template, ids: dict[str, str]) -> None:
    queue = named(template, "AWS::SQS::Queue")[ids["FailureQueueUrl"]]
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 60 * 60
