"""Orders in the stream of a stack, whatever it is the stream of."""

import json

from boto3.dynamodb.types import TypeSerializer

from deployed.stack import Stack


def put(stack: Stack, *order_ids: str) -> None:
    """Put an order for each of `order_ids` into the stream or its table, with one call; `?` is no id."""
    orders = [{"order_id": order_id, "lines": [{"sku": "MUG-001", "quantity": 1}]} for order_id in order_ids]
    if "StreamName" in stack.outputs:
        records = [{"PartitionKey": "A", "Data": json.dumps(order).encode()} for order in orders]
        stack.cloud.client("kinesis").put_records(StreamName=stack.outputs["StreamName"], Records=records)
    else:
        table = stack.outputs["SourceTableName"]
        items = [TypeSerializer().serialize(order)["M"] for order in orders]
        stack.cloud.client("dynamodb").transact_write_items(
            TransactItems=[{"Put": {"TableName": table, "Item": item}} for item in items]
        )


def empty_destination(stack: Stack) -> None:
    """Delete the messages in the on-failure destination."""
    stack.cloud.client("sqs").purge_queue(QueueUrl=stack.outputs["FailureQueueUrl"])
