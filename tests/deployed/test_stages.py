"""What holds for every stack, however it is made; the last tests of a row, since they destroy what it has deployed."""

import json

from botocore.exceptions import ClientError

from deployed.cloud import ACCOUNT, REGION, Cloud
from deployed.rows import rows
from deployed.stack import Deployment, Stack

ROWS = rows()
# How CloudFormation names what keeps data, and how to ask whether it is still there.
KEPT = {
    "AWS::DynamoDB::Table": ("dynamodb", "describe_table", "TableName"),
    "AWS::Kinesis::Stream": ("kinesis", "describe_stream_summary", "StreamName"),
    "AWS::Logs::LogGroup": ("logs", "describe_log_streams", "logGroupName"),
    "AWS::S3::Bucket": ("s3", "head_bucket", "Bucket"),
    "AWS::SQS::Queue": ("sqs", "get_queue_attributes", "QueueUrl"),
}


def kept(stack: Stack) -> dict[str, list[str]]:
    """Return what of `stack` keeps data, by type."""
    return {kind: stack.resources(kind) for kind in KEPT}


def exists(cloud: Cloud, kind: str, name: str) -> bool:
    """Return whether the resource with this physical id is there."""
    service, action, argument = KEPT[kind]
    try:
        getattr(cloud.client(service), action)(**{argument: name})
    except ClientError:
        return False
    return True


def packages(stack: Stack) -> list[tuple[str, str]]:
    """Return the bucket and key of each package in the template that CloudFormation has of `stack`."""
    template = stack.cloud.client("cloudformation").get_template(StackName=stack.name, TemplateStage="Processed")
    body = template["TemplateBody"]
    resources = (json.loads(body) if isinstance(body, str) else body)["Resources"].values()
    code = [each["Properties"]["Code"] for each in resources if each["Type"] == "AWS::Lambda::Function"]
    return [(in_this_cloud(each["S3Bucket"]), each["S3Key"]) for each in code]


def in_this_cloud(name: str | dict[str, str]) -> str:
    """Return `name` with the account and the region filled in, as the CDK leaves them to CloudFormation."""
    text = name if isinstance(name, str) else name["Fn::Sub"]
    return text.replace("${AWS::AccountId}", ACCOUNT).replace("${AWS::Region}", REGION)


def test_smoke_finds_both_stages_up(deployed: Deployment) -> None:
    assert "1 passed" in deployed.dev.task("smoke").output
    assert "1 passed" in deployed.prod.task("smoke").output


def test_destroying_dev_keeps_its_data(deployed: Deployment) -> None:
    data = kept(deployed.dev)
    assert len(data["AWS::Logs::LogGroup"]) >= 2
    deployed.dev.task("destroy")
    assert deployed.dev.status is None
    cloud = deployed.dev.cloud
    assert [name for kind, names in data.items() for name in names if not exists(cloud, kind, name)] == []


def test_destroying_dev_keeps_packages_of_prod(deployed: Deployment) -> None:
    assert deployed.dev.status is None
    s3, needed = deployed.prod.cloud.client("s3"), packages(deployed.prod)
    assert needed
    for bucket, key in needed:
        s3.head_object(Bucket=bucket, Key=key)
    assert "1 passed" in deployed.prod.task("smoke").output
