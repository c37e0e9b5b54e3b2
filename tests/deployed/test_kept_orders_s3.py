import json

from deployed.rows import rows
from deployed.stack import Deployment, eventually

ROWS = rows(storage="dynamodb", event_source="s3")
# More than DynamoDB reads or writes at once.
ORDERS = [{"order_id": f"line-{number}", "lines": [{"sku": "PEN-001", "quantity": 1}]} for number in range(250)]
CONFLICT = ORDERS[0] | {"delivery": "express"}


def test_lines_are_kept_in_batches(deployed: Deployment) -> None:
    dev, before = deployed.dev, deployed.dev.orders()
    (bucket,) = dev.resources("AWS::S3::Bucket")
    body = "\n".join(map(json.dumps, [*ORDERS, CONFLICT, ORDERS[0], "no order"])).encode()
    dev.cloud.client("s3").put_object(Bucket=bucket, Key="orders/batches.jsonl.gz", Body=body)
    (line,) = eventually(
        lambda: [each for each in dev.lines("Lines processed") if each["key"] == "orders/batches.jsonl.gz"],
        seconds=60,
    )
    assert (line["confirmed"], line["rejected_lines"], line["failed"]) == (251, [251, 253], 0)
    assert dev.orders().keys() - before.keys() == {each["order_id"] for each in ORDERS}
