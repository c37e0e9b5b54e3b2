{% extends 'event_source/' ~ cookiecutter.event_source ~ '/test_handler.py' %}
{% block tests %}


def test_redriven_message_is_processed_once(record: Event, context: LambdaContext, logs: Logs) -> None:
    redriven = record | {"messageId": str(uuid.uuid4())}
    assert send([record, record, redriven], context) == []
    assert [line["message"] for line in logs.lines] == ["Order confirmed"]


def test_order_id_with_other_content_is_rejected(record: Event, context: LambdaContext, logs: Logs) -> None:
    other = json.loads(record["body"]) | {"lines": [{"sku": "BAG-001", "quantity": 1}]}
    reused = record | {"messageId": str(uuid.uuid4()), "body": json.dumps(other)}
    assert send([record, reused], context) == []
    assert [line["message"] for line in logs.lines] == [
        "Order confirmed",
        "Message rejected",
        "Sent to the dead-letter queue",
    ]
    assert logs.lines[1]["fields"] == ["order_id"]
{% endblock %}
