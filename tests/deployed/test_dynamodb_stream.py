from collections.abc import Iterator
from contextlib import contextmanager

from boto3.dynamodb.types import TypeSerializer

from deployed.rows import rows
from deployed.stack import Deployment, Stack, eventually

ROWS = rows(event_source="dynamodb-stream")
RETRIES = 2
# The emulator starts a new function after each failure.
THREE_STARTS = 240
POISON = """from . import orders
confirm = orders.confirm_order
orders.confirm_order = lambda order, **options: 1 / 0 if order.order_id == "poison" else confirm(order, **options)"""


def put(stack: Stack, *order_ids: str) -> None:
    """Put an order for each of `order_ids` into the source table with one call; `?` is no id."""
    orders = [{"order_id": order_id, "lines": [{"sku": "MUG-001", "quantity": 1}]} for order_id in order_ids]
    items = [TypeSerializer().serialize(order)["M"] for order in orders]
    table = stack.outputs["SourceTableName"]
    stack.cloud.client("dynamodb").transact_write_items(
        TransactItems=[{"Put": {"TableName": table, "Item": item}} for item in items]
    )


def update(stack: Stack, order_id: str, name: str, value: dict[str, str]) -> None:
    """Set an attribute of an item in the source table."""
    stack.cloud.client("dynamodb").update_item(
        TableName=stack.outputs["SourceTableName"],
        Key={"order_id": {"S": order_id}},
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": value},
    )


@contextmanager
def given_up_soon(stack: Stack) -> Iterator[None]:
    """Let Lambda give up on a record after few retries until the block ends."""
    client = stack.cloud.client("lambda")
    (mapping,) = client.list_event_source_mappings(FunctionName=f"{stack.outputs['FunctionName']}:live")[
        "EventSourceMappings"
    ]
    client.update_event_source_mapping(UUID=mapping["UUID"], MaximumRetryAttempts=RETRIES)
    try:
        yield
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], MaximumRetryAttempts=mapping["MaximumRetryAttempts"])


def empty(stack: Stack) -> None:
    """Delete the messages in the failure queue."""
    stack.cloud.client("sqs").purge_queue(QueueUrl=stack.outputs["FailureQueueUrl"])


def test_invalid_record_is_kept_and_blocks_nothing(deployed: Deployment) -> None:
    dev, earlier = deployed.dev, deployed.dev.confirmed()
    put(dev, "D-1", "?", "D-2")
    assert eventually(lambda: dev.confirmed(earlier), lambda orders: len(orders) == 2) == ["D-1", "D-2"]
    kept = dev.peek("FailureQueueUrl")
    assert kept["requestContext"]["condition"] == "Rejected"
    assert "order_id: " in kept["responsePayload"]["errorMessage"]
    assert len(dev.lines("Record rejected")) == 1
    assert "1 sent to the function, 0 left" in dev.task("redrive").output
    assert dev.peek("FailureQueueUrl")["requestPayload"] == kept["requestPayload"], "it is rejected again"
    empty(dev)


def test_changes_of_an_order_are_told_apart(deployed: Deployment) -> None:
    dev = deployed.dev
    put(dev, "D-6")
    eventually(dev.confirmed, lambda orders: "D-6" in orders)
    earlier = dev.confirmed()
    update(dev, "D-6", "delivery", {"S": "express"})
    eventually(lambda: dev.count("FailureQueueUrl"), lambda count: count == 1)
    rejected = dev.peek("FailureQueueUrl")
    assert rejected["responsePayload"]["errorMessage"] == "delivery: The order was changed after it was confirmed"
    empty(dev)
    update(dev, "D-6", "expires", {"N": "1795601730"})
    eventually(lambda: dev.lines("Item changed, order unchanged"))
    key = {"order_id": {"S": "D-6"}}
    dev.cloud.client("dynamodb").delete_item(TableName=dev.outputs["SourceTableName"], Key=key)
    (line,) = eventually(lambda: dev.lines("Item removed"))
    assert line["expired"] is False
    assert dev.confirmed(earlier) == []
    assert dev.count("FailureQueueUrl") == 0


def test_failing_record_is_given_up_alone(deployed: Deployment) -> None:
    dev, earlier = deployed.dev, deployed.dev.confirmed()
    with deployed.handler_starting_with(POISON):
        dev.deploy()
    with given_up_soon(dev):
        put(dev, "D-3", "poison", "D-4", "D-5")
        eventually(lambda: dev.confirmed(earlier), lambda orders: len(orders) == 3, seconds=THREE_STARTS)
    assert dev.confirmed(earlier) == ["D-3", "D-4", "D-5"]
    pointer = dev.peek("FailureQueueUrl")
    assert pointer["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert pointer["DDBStreamBatchInfo"]["batchSize"] == 1
    assert "requestPayload" not in pointer


def test_redrive_fetches_given_up_records(deployed: Deployment) -> None:
    dev, earlier = deployed.dev, deployed.dev.confirmed()
    output = dev.task("redrive", expect=1).output
    assert "stays in the queue: the function returned" in output, output
    assert "messages left: 1" in output
    dev.deploy()  # the fix
    assert "1 sent to the function, 0 left" in dev.task("redrive").output
    assert eventually(lambda: dev.confirmed(earlier)) == ["poison"]
    assert dev.count("FailureQueueUrl") == 0
