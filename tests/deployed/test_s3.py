import gzip
import json
import time

import pytest
from botocore.exceptions import ClientError

from deployed.rows import rows
from deployed.stack import Deployment, Stack, eventually

ROWS = rows(event_source="s3")
KEY = "orders/Bestellung 1+2 für alle.jsonl.gz"
ORDERS = [
    {"order_id": f"order-{number}", "delivery": "standard", "lines": [{"sku": "MUG-001", "quantity": number}]}
    for number in (1, 2)
]
LINES = gzip.compress("\n".join(map(json.dumps, ORDERS)).encode())
UNWANTED = gzip.compress(json.dumps(ORDERS[0] | {"order_id": "unwanted"}).encode())


def put(stack: Stack, key: str, body: bytes) -> None:
    """Write an object into the bucket of `stack`."""
    (bucket,) = stack.resources("AWS::S3::Bucket")
    stack.cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def test_lines_of_an_object_are_confirmed(deployed: Deployment) -> None:
    earlier = deployed.dev.confirmed()
    put(deployed.dev, f"{KEY}.part", UNWANTED)
    put(deployed.dev, f"other/{KEY}", UNWANTED)
    put(deployed.dev, KEY, LINES)
    eventually(lambda: KEY in [each["key"] for each in deployed.dev.lines("Object processed")])
    time.sleep(1)  # for what should not come
    assert deployed.dev.confirmed(earlier) == ["order-1", "order-2"]


def test_truncated_object_is_kept_with_its_cause(deployed: Deployment) -> None:
    put(deployed.dev, "orders/truncated.jsonl.gz", LINES[:-4])
    eventually(lambda: deployed.dev.count("FailureQueueUrl"), lambda count: count == 1)
    kept = deployed.dev.peek("FailureQueueUrl")
    (record,) = kept["requestPayload"]["Records"]
    assert record["s3"]["object"]["key"] == "orders/truncated.jsonl.gz"
    assert "orders/truncated.jsonl.gz" in kept["responsePayload"]["errorMessage"]


def test_redrive_reads_failed_object_again(deployed: Deployment) -> None:
    # The lines of the third attempt may arrive later than the failed event.
    failures = eventually(lambda: len(deployed.dev.lines("Object failed")), lambda count: count % 3 == 0)
    assert "1 sent to the function, 0 left" in deployed.dev.task("redrive").output
    eventually(lambda: len(deployed.dev.lines("Object failed")), lambda count: count == failures + 3)


def test_plain_http_is_denied(deployed: Deployment) -> None:
    (bucket,) = deployed.dev.resources("AWS::S3::Bucket")
    cloud = deployed.dev.cloud
    plain = cloud.client("s3", url=f"http://127.0.0.1:{cloud.plain_port}")
    with pytest.raises(ClientError, match="AccessDenied"):
        plain.get_object(Bucket=bucket, Key=KEY)
    with pytest.raises(ClientError, match="AccessDenied"):
        plain.put_object(Bucket=bucket, Key=KEY, Body=LINES)
    assert cloud.client("s3").get_object(Bucket=bucket, Key=KEY)["Body"].read() == LINES
