import gzip
import json
import time
from urllib.parse import quote_plus

import pytest
from botocore.exceptions import ClientError

from deployed.rows import rows
from deployed.stack import Deployment, Event, Stack, eventually

ROWS = rows(event_source="s3")
KEY = "orders/Bestellung 1+2 für alle.jsonl.gz"
ORDERS = [
    {"order_id": f"order-{number}", "delivery": "standard", "lines": [{"sku": "MUG-001", "quantity": number}]}
    for number in (1, 2)
]
LINES = gzip.compress("\n".join(map(json.dumps, ORDERS)).encode())
TRUNCATED = "orders/truncated.jsonl.gz"
UNWANTED = gzip.compress(json.dumps(ORDERS[0] | {"order_id": "unwanted"}).encode())


def put(stack: Stack, key: str, body: bytes) -> None:
    """Write an object into the bucket of `stack`."""
    (bucket,) = stack.resources("AWS::S3::Bucket")
    stack.cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def read(stack: Stack, key: str) -> int:
    """Return how often the function has read an object to its end."""
    return [each["key"] for each in stack.lines("Lines processed")].count(key)


def notification(stack: Stack, *keys: str) -> Event:
    """Return an event of S3 that names objects, with nothing but what is needed."""
    (bucket,) = stack.resources("AWS::S3::Bucket")
    return {"Records": [{"s3": {"bucket": {"name": bucket}, "object": {"key": quote_plus(key)}}} for key in keys]}


def test_lines_of_an_object_are_confirmed(deployed: Deployment) -> None:
    earlier = deployed.dev.confirmed()
    put(deployed.dev, f"{KEY}.part", UNWANTED)
    put(deployed.dev, f"other/{KEY}", UNWANTED)
    put(deployed.dev, KEY, LINES)
    eventually(lambda: read(deployed.dev, KEY))
    time.sleep(1)  # for what should not come
    assert deployed.dev.confirmed(earlier) == ["order-1", "order-2"]


def test_known_orders_in_another_object(deployed: Deployment) -> None:
    earlier, again = deployed.dev.confirmed(), "orders/again.jsonl.gz"
    put(deployed.dev, again, LINES)
    eventually(lambda: read(deployed.dev, again))
    answers = deployed.project.answers
    forgets = (answers["storage"], answers["idempotency"]) == ("none", "false")
    assert deployed.dev.confirmed(earlier) == (["order-1", "order-2"] if forgets else [])


def test_truncated_object_is_kept_with_its_cause(deployed: Deployment) -> None:
    put(deployed.dev, TRUNCATED, LINES[:-4])
    eventually(lambda: deployed.dev.count("FailureQueueUrl"), lambda count: count == 1)
    kept = deployed.dev.peek("FailureQueueUrl")
    (record,) = kept["requestPayload"]["Records"]
    assert record["s3"]["object"]["key"] == TRUNCATED
    assert "truncated" in kept["responsePayload"]["errorMessage"]
    assert [each["key"] for each in eventually(lambda: deployed.dev.lines("Object rejected"))] == [TRUNCATED]
    assert not deployed.dev.lines("Object failed")


def test_redrive_reads_failed_object_again(deployed: Deployment) -> None:
    assert "1 sent to the function, 0 left" in deployed.dev.task("redrive").output
    eventually(lambda: len(deployed.dev.lines("Object rejected")), lambda count: count == 2)
    eventually(lambda: deployed.dev.count("FailureQueueUrl"), lambda count: count == 1)


def test_malformed_record_is_kept_alone(deployed: Deployment) -> None:
    kept, healthy = deployed.dev.count("FailureQueueUrl"), f"other/{KEY}"
    put(deployed.dev, healthy, LINES)
    event = notification(deployed.dev, healthy)
    event["Records"].insert(0, {"s3": None})
    deployed.dev.invoke(event, later=True)
    eventually(lambda: deployed.dev.count("FailureQueueUrl"), lambda count: count == kept + 1)
    eventually(lambda: read(deployed.dev, healthy))
    assert not deployed.dev.lines("Object failed")


def test_missing_object_is_retried_before_it_is_kept(deployed: Deployment) -> None:
    kept = deployed.dev.count("FailureQueueUrl")
    deployed.dev.invoke(notification(deployed.dev, "orders/missing.jsonl.gz"), later=True)
    # The emulator starts a new function after each failure.
    eventually(lambda: deployed.dev.count("FailureQueueUrl"), lambda count: count == kept + 1, seconds=120)
    # The lines of the third attempt may arrive later than the failed event.
    eventually(lambda: len(deployed.dev.lines("Object failed")), lambda count: count == 3)


def test_plain_http_is_denied(deployed: Deployment) -> None:
    (bucket,) = deployed.dev.resources("AWS::S3::Bucket")
    cloud = deployed.dev.cloud
    plain = cloud.client("s3", url=f"http://127.0.0.1:{cloud.plain_port}")
    with pytest.raises(ClientError, match="AccessDenied"):
        plain.get_object(Bucket=bucket, Key=KEY)
    with pytest.raises(ClientError, match="AccessDenied"):
        plain.put_object(Bucket=bucket, Key=KEY, Body=LINES)
    assert cloud.client("s3").get_object(Bucket=bucket, Key=KEY)["Body"].read() == LINES
