from deployed.rows import rows
from deployed.stack import Deployment, Stack, eventually
from deployed.streams import empty_destination, put

ROWS = rows(event_source="dynamodb-stream")


def update(stack: Stack, order_id: str, name: str, value: dict[str, str]) -> None:
    """Set an attribute of an item in the source table."""
    stack.cloud.client("dynamodb").update_item(
        TableName=stack.outputs["SourceTableName"],
        Key={"order_id": {"S": order_id}},
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": value},
    )


def test_changes_of_an_order_are_told_apart(deployed: Deployment) -> None:
    dev = deployed.dev
    put(dev, "D-6")
    eventually(dev.confirmed, lambda orders: "D-6" in orders)
    earlier = dev.confirmed()
    update(dev, "D-6", "delivery", {"S": "express"})
    eventually(lambda: dev.count("FailureQueueUrl"), lambda count: count == 1)
    rejected = dev.peek("FailureQueueUrl")
    assert rejected["responsePayload"]["errorMessage"] == "delivery: The order was changed after it was confirmed"
    empty_destination(dev)
    update(dev, "D-6", "expires", {"N": "1795601730"})
    eventually(lambda: dev.lines("Item changed, order unchanged"))
    key = {"order_id": {"S": "D-6"}}
    dev.cloud.client("dynamodb").delete_item(TableName=dev.outputs["SourceTableName"], Key=key)
    (line,) = eventually(lambda: dev.lines("Item removed"))
    assert line["expired"] is False
    assert dev.confirmed(earlier) == []
    assert dev.count("FailureQueueUrl") == 0
