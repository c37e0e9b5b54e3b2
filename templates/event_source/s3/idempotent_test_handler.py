{% extends 'event_source/' ~ cookiecutter.event_source ~ '/test_handler.py' %}
{% block tests %}
    assert [line["message"] for line in logs.lines].count("Order confirmed") == 3


def test_repeated_object_is_processed_once(context: LambdaContext, logs: Logs) -> None:
    line = order()
    contents = [line, line + b"\n" + line, b"\n" + line]
    events = [put(content, key=f"orders/{number}.jsonl") for number, content in enumerate(contents)]
    assert [report_on(event, context)["confirmed_count"] for event in [*events, events[0]]] == [1, 2, 1, 1]
    assert [each["message"] for each in logs.lines].count("Order confirmed") == 1


def test_known_order_with_other_content_is_rejected(context: LambdaContext, logs: Logs) -> None:
    order_id = str(uuid.uuid4())
    report = report_on(put(order(order_id) + b"\n" + order(order_id, delivery="express")), context)
    assert report["rejected"] == [{"number": 2, "reason": "order_id: This order was sent before, with other content"}]
    assert [each["message"] for each in logs.lines].count("Order confirmed") == 1
{% endblock %}
