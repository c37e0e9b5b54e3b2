import json
import sys

import pytest

from deployed.cloud import Cloud
from deployed.rows import PYTHON, QUICK, rows
from deployed.stack import Deployment, Stack, eventually
from helpers.artifacts import HOST
from helpers.edits_sam import EDITS
from helpers.support import Bake

ROWS = rows(event_source="sqs")
# Longer than an invocation takes, apart from a cold start.
VISIBILITY = {"VisibilityTimeout": "2"}
POISON = """from . import orders
confirm = orders.confirm_order
orders.confirm_order = lambda order, **options: 1 / 0 if order.order_id == "poison" else confirm(order, **options)"""


def valid_body(deployed: Deployment) -> str:
    """Return a message with an order that no other file's test sends."""
    order = json.loads(deployed.sample()["Records"][0]["body"])
    return json.dumps(order | {"order_id": "of-a-message"})


def test_invalid_message_is_dead_at_once_and_alone(deployed: Deployment) -> None:
    dev, earlier = deployed.dev, deployed.dev.confirmed()
    rejections = len(dev.lines("Message rejected"))
    bodies = [valid_body(deployed), deployed.sample("invalid-order")["Records"][0]["body"]]
    dev.cloud.client("sqs").send_message_batch(
        QueueUrl=dev.outputs["QueueUrl"],
        Entries=[{"Id": str(place), "MessageBody": body} for place, body in enumerate(bodies)],
    )
    eventually(lambda: dev.count("DeadLetterQueueUrl"), lambda count: count == 1)
    assert dev.peek("DeadLetterQueueUrl") == json.loads(bodies[1])
    eventually(lambda: dev.count("QueueUrl"), lambda count: count == 0)
    assert dev.confirmed(earlier) == ["of-a-message"]
    assert len(dev.lines("Message rejected")) == rejections + 1


def test_redrive_brings_dead_letters_back(deployed: Deployment) -> None:
    dev, earlier = deployed.dev, deployed.dev.confirmed()
    dead_letters = dev.outputs["DeadLetterQueueUrl"]
    dev.cloud.client("sqs").send_message(QueueUrl=dead_letters, MessageBody=valid_body(deployed))
    rejections = len(dev.lines("Message rejected"))
    assert "2 messages back" in dev.task("redrive").output
    eventually(lambda: len(dev.lines("Message rejected")), lambda count: count > rejections)
    eventually(lambda: (dev.count("QueueUrl"), dev.count("DeadLetterQueueUrl")), lambda counts: counts == (0, 1))
    answers = deployed.project.answers
    repeated = (answers["storage"], answers["idempotency"]) == ("none", "false")
    assert dev.confirmed(earlier) == ["of-a-message"] * repeated


@pytest.mark.deployed
@pytest.mark.matrix
@pytest.mark.xdist_group("sam-sqs")
@pytest.mark.skipif(sys.platform != "linux", reason="packages hold libraries for Linux, and run here")
def test_fifo_group_goes_on_behind_a_failing_message(cloud: Cloud, bake: Bake) -> None:
    answers = {**QUICK, "architecture": HOST, "python_version": PYTHON, "type_checker": "pyrefly"}
    project = bake(project_slug="zoo", **answers).within(cloud.shell())
    project.uv("sync")
    for name, old, new in EDITS["first-in-first-out queues"].changes:
        path = project.path / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    dev = Stack(project, "dev", cloud)
    with Deployment(project, dev, dev).handler_starting_with(POISON):
        dev.deploy()
    sqs, queue = cloud.client("sqs"), dev.outputs["QueueUrl"]
    dev.invoke({"health_check": True})  # a cold start may take as long as messages now stay hidden
    sqs.set_queue_attributes(QueueUrl=queue, Attributes=VISIBILITY)
    for group, order_id in [("A", "poison"), ("B", "B-1"), ("A", "A-1"), ("B", "?"), ("A", "A-2"), ("B", "B-2")]:
        order = {"order_id": order_id, "lines": [{"sku": "MUG-001", "quantity": 1}]}
        sqs.send_message(
            QueueUrl=queue, MessageBody=json.dumps(order), MessageGroupId=group, MessageDeduplicationId=order_id
        )
    eventually(dev.confirmed, lambda orders: len(orders) >= 4, seconds=90)
    assert dev.confirmed() == ["B-1", "B-2", "A-1", "A-2"]
    assert dev.count("QueueUrl") == 0
    dead = sqs.receive_message(QueueUrl=dev.outputs["DeadLetterQueueUrl"], MaxNumberOfMessages=10)["Messages"]
    assert [json.loads(each["Body"])["order_id"] for each in dead] == ["?", "poison"]
    assert len(dev.lines("Message failed")) == 5
