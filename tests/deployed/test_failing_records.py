"""What becomes of records that are rejected, or that keep failing, whatever the stream."""

from collections.abc import Iterator
from contextlib import contextmanager

from deployed.rows import rows
from deployed.stack import Deployment, Stack, eventually
from deployed.streams import empty_destination, put

ROWS = [*rows(event_source="kinesis"), *rows(event_source="dynamodb-stream")]
# What Lambda's message calls the place of the records.
PLACES = {"kinesis": "KinesisBatchInfo", "dynamodb-stream": "DDBStreamBatchInfo"}
RETRIES = 2
# The emulator starts a new function after each failure.
FOUR_STARTS = 240
POISON = """from . import orders
confirm = orders.confirm_order
orders.confirm_order = lambda order, **options: 1 / 0 if order.order_id == "poison" else confirm(order, **options)"""


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


def test_invalid_record_is_kept_and_blocks_nothing(deployed: Deployment) -> None:
    dev, earlier = deployed.dev, deployed.dev.confirmed()
    known = len(dev.lines("Record rejected"))
    put(dev, "R-1", "?", "R-2")
    assert eventually(lambda: dev.confirmed(earlier), lambda orders: len(orders) == 2) == ["R-1", "R-2"]
    kept = dev.peek("FailureQueueUrl")
    assert kept["requestContext"]["condition"] == "Rejected"
    assert "order_id: " in kept["responsePayload"]["errorMessage"]
    assert len(dev.lines("Record rejected")) == known + 1
    assert "1 sent to the function, 0 left" in dev.task("redrive").output
    assert dev.peek("FailureQueueUrl")["requestPayload"] == kept["requestPayload"], "it is rejected again"
    empty_destination(dev)


def test_failing_record_is_given_up_alone(deployed: Deployment) -> None:
    dev, earlier = deployed.dev, deployed.dev.confirmed()
    with deployed.handler_starting_with(POISON):
        dev.deploy()
    with given_up_soon(dev):
        put(dev, "R-3", "poison", "R-4", "R-5")
        eventually(lambda: dev.confirmed(earlier), lambda orders: len(orders) == 3, seconds=FOUR_STARTS)
    assert dev.confirmed(earlier) == ["R-3", "R-4", "R-5"]
    pointer = dev.peek("FailureQueueUrl")
    assert pointer["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert pointer[PLACES[deployed.project.answers["event_source"]]]["batchSize"] == 1
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
