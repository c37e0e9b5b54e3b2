{% extends 'event_source/' ~ cookiecutter.event_source ~ '/test_handler.py' %}
{% block stdlib %}
import uuid
{% endblock %}
{% block event %}
@pytest.fixture
def event() -> Event:
    """The sample event with a new order."""
    return event_of(ORDER | {"order_id": str(uuid.uuid4())})


{% endblock %}
{% block tests %}


def test_repeated_order_is_processed_once(event: Event, context: LambdaContext, logs: Logs) -> None:
    assert handler.lambda_handler(event, context) == handler.lambda_handler(event, context)
    assert [line["message"] for line in logs.lines] == ["Order confirmed"]


def test_reused_order_id_is_kept(event: Event, context: LambdaContext, take_kept: TakeKept) -> None:
    handler.lambda_handler(event, context)
    order = json.loads(event["Records"][0]["Sns"]["Message"])
    reused = event_of(order | {"delivery": "express"})
    assert "sent before" in result_of(reused, context)["reason"]
    assert [read_event(body) for body in take_kept()] == [reused]
{% endblock %}
