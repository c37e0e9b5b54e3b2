import json

from deployed.rows import rows
from deployed.stack import Deployment, eventually

ROWS = rows(event_source="sqs")


def test_bad_message_fails_alone(deployed: Deployment) -> None:
    dev, earlier = deployed.dev, deployed.dev.confirmed()
    sqs, queue = dev.cloud.client("sqs"), dev.outputs["QueueUrl"]
    dev.invoke({"health_check": True})  # a cold start may take as long as messages now stay hidden
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "3"})
    bodies = [deployed.sample(name)["Records"][0]["body"] for name in ("order", "invalid-order")]
    sqs.send_message_batch(
        QueueUrl=queue, Entries=[{"Id": str(place), "MessageBody": body} for place, body in enumerate(bodies)]
    )
    eventually(lambda: dev.count("DeadLetterQueueUrl"), lambda count: count == 1, seconds=90)
    assert dev.peek("DeadLetterQueueUrl") == json.loads(bodies[1])
    assert dev.count("QueueUrl") == 0
    assert dev.confirmed(earlier) == [json.loads(bodies[0])["order_id"]]
    assert len(dev.lines("Message rejected")) == 5


def test_redrive_brings_dead_letters_back(deployed: Deployment) -> None:
    dev = deployed.dev
    rejections = len(dev.lines("Message rejected"))
    assert "1 messages back" in dev.task("redrive").output
    eventually(lambda: len(dev.lines("Message rejected")), lambda count: count > rejections)
