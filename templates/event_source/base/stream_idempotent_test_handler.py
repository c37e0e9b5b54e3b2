{% extends 'event_source/' ~ cookiecutter.event_source ~ '/test_handler.py' %}
{% block tests %}


def test_repeated_order_is_processed_once(record: Event, context: LambdaContext, logs: Logs) -> None:
    assert send([record, record], context) is None
    assert [line["message"] for line in logs.lines] == ["Order confirmed"]


def test_crashes_repeat_no_effect(record: Event, context: LambdaContext, logs: Logs) -> None:
    crashes = {1: 2, 3: 1}  # how often the function ends after the order at a position
    batch = [with_order(record, order_in(record) | {"order_id": str(uuid.uuid4())}) for _ in range(4)]
    process = handler.process_order_in

    def crash_after(record: Event, context: LambdaContext) -> None:
        process(record, context)
        if crashes.get(position := batch.index(record), 0):
            crashes[position] -= 1
            raise CrashError

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(handler, "process_order_in", crash_after)
        shard = Shard([list("0123")])
        shard.read(lambda numbers: invoke([batch[int(number)] for number in numbers], context))
    confirmed = [line["order_id"] for line in logs.lines if line["message"] == "Order confirmed"]
    assert confirmed == [order_in(each)["order_id"] for each in batch]


def test_order_id_with_other_content_is_rejected(
    record: Event, context: LambdaContext, logs: Logs, take_kept: TakeKept
) -> None:
    other = order_in(record) | {"lines": [{"sku": "BAG-001", "quantity": 1}]}
    assert send([record, with_order(record, other)], context) is None
    assert [line["message"] for line in logs.lines] == ["Order confirmed", "Record rejected"]
    assert logs.lines[1]["fields"] == ["order_id"]
    assert len(take_kept()) == 1
{% endblock %}
