{% if cookiecutter.__stored %}
import copy
{% endif %}
import json
import os
{% block stdlib %}{% endblock %}
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from {{ cookiecutter.__package }} import handler{% block orders %}{% endblock +%}
from {{ cookiecutter.__package }}.http_api import UnsupportedEventError
{% if cookiecutter.__stored %}
from {{ cookiecutter.__package }}.repository import UnavailableError
{% endif %}

from tests.support import Event, Logs, Sample
{% if cookiecutter.__stored %}
from tests.unit.conftest import KeptInMemory
{% endif %}

MARKER = "do-not-log-me"


def send(event: Event, context: LambdaContext) -> tuple[int, dict[str, Any]]:
    """Return the status and the decoded body of the response to `event`."""
    response = handler.lambda_handler(event, context)
    return response["statusCode"], json.loads(response["body"])


{% if cookiecutter.__stored %}
def get(order: Event, order_id: str) -> Event:
    """Return the request for the order with this id, by the caller who sends `order`."""
    request = copy.deepcopy(order) | {"rawPath": f"/orders/{order_id}", "body": None}
    request["requestContext"]["http"]["method"] = "GET"
    return request


{% endif %}
@pytest.fixture
def order(sample: Sample) -> Event:
    return sample("order")


def test_unsupported_event_raises_error(context: LambdaContext) -> None:
    with pytest.raises(UnsupportedEventError):
        handler.lambda_handler({"Records": []}, context)


def test_health_check_has_no_side_effects(context: LambdaContext, logs: Logs) -> None:
    health = handler.lambda_handler({"health_check": True}, context)
    assert health == {"status": "ok", "service": os.environ["POWERTOOLS_SERVICE_NAME"]}
    assert logs.lines == []


def test_unknown_path_is_not_found(order: Event, context: LambdaContext) -> None:
    status, _ = send(order | {"rawPath": "/nowhere"}, context)
    assert status == 404


def test_log_lines_name_the_request(order: Event, context: LambdaContext, logs: Logs) -> None:
    send(order, context)
    assert {line["correlation_id"] for line in logs.lines} == {order["requestContext"]["requestId"]}


def test_valid_order_is_confirmed(order: Event, context: LambdaContext) -> None:
    status, body = send(order, context)
    assert status == 201
    assert body["total"] == body["goods"] + body["shipping"] == 4980
    assert body["currency"] == "EUR"


{% if cookiecutter.__stored %}
def test_repeated_order_gets_same_response(order: Event, context: LambdaContext, logs: Logs) -> None:
    assert send(order, context) == send(order, context)
    assert [line["message"] for line in logs.lines].count("Order confirmed") == 1


def test_confirmed_order_is_returned(order: Event, context: LambdaContext) -> None:
    _, confirmation = send(order, context)
    assert send(get(order, confirmation["order_id"]), context) == (200, confirmation)


@pytest.mark.parametrize("order_id", ["A-2", "no id", "A" * 65])
def test_unknown_order_is_not_found(order: Event, context: LambdaContext, order_id: str) -> None:
    status, problem = send(get(order, order_id), context)
    assert status == problem["status"] == 404


def test_id_of_another_order_is_conflict(order: Event, context: LambdaContext) -> None:
    _, confirmation = send(order, context)
    other = order | {"body": order["body"].replace('"quantity": 2', '"quantity": 3')}
    status, problem = send(other, context)
    assert status == 409
    assert "another order" in problem["detail"]
    assert send(get(order, confirmation["order_id"]), context) == (200, confirmation)


def test_unavailable_table_can_be_retried(
    order: Event,
    context: LambdaContext,
    logs: Logs,
    repository: KeptInMemory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: str) -> None:
        raise UnavailableError

    monkeypatch.setattr(repository, "find", fail)
    for request in (order, get(order, "A-1")):
        response = handler.lambda_handler(request, context)
        assert response["statusCode"] == 503
        assert int(response["headers"]["Retry-After"]) > 0
    assert [line["message"] for line in logs.lines] == ["Storage unavailable"] * 2


{% endif %}
def test_health_is_returned(sample: Sample, context: LambdaContext) -> None:
    assert send(sample("health"), context) == (200, {"status": "ok", "service": os.environ["POWERTOOLS_SERVICE_NAME"]})


def test_invalid_fields_are_explained(sample: Sample, context: LambdaContext) -> None:
    status, body = send(sample("invalid-order"), context)
    assert status == body["status"] == 422
    assert [error["field"] for error in body["errors"]] == ["delivery", "lines.0.quantity", "lines.1.sku"]
    assert all(error["code"] and error["message"] for error in body["errors"])


def test_unknown_product_is_explained(order: Event, context: LambdaContext) -> None:
    order["body"] = json.dumps({"order_id": "A-1", "lines": [{"sku": "XXX-001", "quantity": 1}]})
    status, body = send(order, context)
    assert status == 422
    assert [(error["field"], error["code"]) for error in body["errors"]] == [("lines.0.sku", "unknown_product")]


def test_confirmed_order_is_logged_by_id_only(order: Event, context: LambdaContext, logs: Logs) -> None:
    order["headers"]["authorization"] = MARKER
    send(order, context)
    assert [line["order_id"] for line in logs.lines] == [json.loads(order["body"])["order_id"]]
    assert not [sent for sent in (MARKER, "MUG-001", "standard") if sent in logs.text]
{% block tests %}{% endblock %}
