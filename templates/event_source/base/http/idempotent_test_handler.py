{% extends 'event_source/' ~ cookiecutter.event_source ~ '/test_handler.py' %}
{% block stdlib %}
import uuid
{% endblock %}
{% block orders %}, orders{% endblock %}
{% block tests %}


@pytest.mark.parametrize("name", ["idempotency-key", "Idempotency-Key"])
def test_repeated_request_gets_same_response(
    order: Event,
    context: LambdaContext,
    logs: Logs,
    name: str,
) -> None:
    order["headers"][name] = str(uuid.uuid4())
    assert send(order, context) == send(order, context)
    assert [line["message"] for line in logs.lines].count("Order confirmed") == 1


def test_reformatted_request_gets_same_response(order: Event, context: LambdaContext, logs: Logs) -> None:
    order["headers"]["idempotency-key"] = str(uuid.uuid4())
    first = send(order, context)
    order["body"] = json.dumps(json.loads(order["body"]), indent=2, sort_keys=True)
    assert send(order, context) == first
    assert [line["message"] for line in logs.lines].count("Order confirmed") == 1


def test_key_of_another_order_is_rejected(order: Event, context: LambdaContext) -> None:
    order["headers"]["idempotency-key"] = str(uuid.uuid4())
    send(order, context)
    order["body"] = order["body"].replace('"quantity": 2', '"quantity": 3')
    status, problem = send(order, context)
    assert status == 422
    assert "another order" in problem["detail"]


def test_callers_do_not_share_keys(order: Event, context: LambdaContext, logs: Logs) -> None:
    order["headers"]["idempotency-key"] = str(uuid.uuid4())
    send(order, context)
    order["requestContext"]["authorizer"]["iam"]["userId"] = "ANOTHER:caller"
    send(order, context)
    del order["requestContext"]["authorizer"]
    send(order, context)
{% if cookiecutter.__stored %}
    assert [line["message"] for line in logs.lines] == ["Order confirmed", "Order known", "Order known"]
{% else %}
    assert [line["message"] for line in logs.lines].count("Order confirmed") == 3
{% endif %}


def test_request_in_progress_is_conflict(
    order: Event,
    context: LambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order["headers"]["idempotency-key"] = str(uuid.uuid4())
    statuses: list[int] = []

    def send_again(*_: object, **__: object) -> None:
        statuses.append(send(order, context)[0])
        raise RuntimeError

    monkeypatch.setattr(orders, "confirm_order", send_again)
    send(order, context)
    assert statuses == [409]
{% endblock %}
