import base64

from deployed.rows import rows
from deployed.stack import Deployment, Event

ROWS = rows(idempotency="true")
KEY, LINES = (
    "repeated.jsonl",
    b'{"order_id": "repeated", "delivery": "standard", "lines": [{"sku": "MUG-001", "quantity": 1}]}',
)


def sample(deployment: Deployment) -> Event:
    """Return a sample event that can be told apart from a new one: its request has a key, its object is there."""
    event = deployment.sample()
    match deployment.project.answers["event_source"]:
        case "eventbridge":
            event["detail"]["order_id"] = "repeated"
        case "sqs":
            event["Records"][0]["body"] = LINES.decode()
        case "sns":
            event["Records"][0]["Sns"]["Message"] = LINES.decode()
        case "kinesis":
            event["Records"][0]["kinesis"]["data"] = base64.b64encode(LINES).decode()
        case "dynamodb-stream":
            event["Records"][0]["dynamodb"]["NewImage"]["order_id"]["S"] = "repeated"
        case "http-api" | "function-url":
            event["headers"]["idempotency-key"] = "repeated"
            event["body"] = LINES.decode()
        case "s3":
            (bucket,) = deployment.dev.resources("AWS::S3::Bucket")
            deployment.dev.cloud.client("s3").put_object(Bucket=bucket, Key=KEY, Body=LINES)
            event["Records"][0]["s3"]["bucket"]["name"] = bucket
            event["Records"][0]["s3"]["object"]["key"] = KEY
    return event


def test_repeated_event_has_one_effect(deployed: Deployment) -> None:
    event, earlier = sample(deployed), deployed.dev.confirmed()
    deployed.dev.invoke(event)
    deployed.dev.invoke(event)
    assert len(deployed.dev.confirmed(earlier)) == 1
    assert {each["status"]["S"] for each in deployed.dev.records()} == {"COMPLETED"}
