import base64
import json

from boto3.dynamodb.types import TypeSerializer

from deployed.rows import rows
from deployed.stack import Deployment

ROWS = rows(storage="dynamodb")
KEPT = {"order_id": "kept", "lines": [{"sku": "MUG-001", "quantity": 1}]}


def send(deployed: Deployment) -> None:
    """Send `KEPT` to the function of the stage dev."""
    event, dev = deployed.sample(), deployed.dev
    match deployed.project.answers["event_source"]:
        case "http-api" | "function-url":
            dev.invoke(event | {"body": json.dumps(KEPT)})
        case "sqs":
            event["Records"][0]["body"] = json.dumps(KEPT)
            dev.invoke(event)
        case "sns":
            event["Records"][0]["Sns"]["Message"] = json.dumps(KEPT)
            dev.invoke(event)
        case "kinesis":
            event["Records"][0]["kinesis"]["data"] = base64.b64encode(json.dumps(KEPT).encode()).decode()
            dev.invoke(event)
        case "dynamodb-stream":
            event["Records"][0]["dynamodb"]["NewImage"] = TypeSerializer().serialize(KEPT)["M"]
            dev.invoke(event)
        case "eventbridge":
            dev.invoke(event | {"detail": KEPT})
        case "s3":
            (bucket,) = dev.resources("AWS::S3::Bucket")
            dev.cloud.client("s3").put_object(Bucket=bucket, Key="kept.jsonl", Body=json.dumps(KEPT).encode())
            dev.invoke({"Records": [{"s3": {"bucket": {"name": bucket}, "object": {"key": "kept.jsonl"}}}]})


def test_order_is_kept_with_its_confirmation(deployed: Deployment) -> None:
    send(deployed)
    kept = deployed.dev.orders()["kept"]
    assert kept["order"]["M"]["lines"]["L"][0]["M"]["quantity"] == {"N": "1"}
    assert kept["confirmation"]["M"]["total"] == {"N": "1740"}


def test_known_order_has_no_second_effect(deployed: Deployment) -> None:
    kept, earlier = deployed.dev.orders()["kept"], deployed.dev.confirmed()
    send(deployed)
    assert deployed.dev.confirmed(earlier) == []
    assert deployed.dev.orders()["kept"] == kept


def test_only_prod_is_protected(deployed: Deployment) -> None:
    client = deployed.dev.cloud.client("dynamodb")
    for stack, is_protected in ((deployed.dev, False), (deployed.prod, True)):
        (table,) = stack.resources("AWS::DynamoDB::Table", "Orders")
        assert client.describe_table(TableName=table)["Table"]["DeletionProtectionEnabled"] is is_protected
