import json
import os
{% block stdlib %}{% endblock %}
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from {{ cookiecutter.__package }} import handler{% block orders %}{% endblock +%}
from {{ cookiecutter.__package }}.http_api import UnsupportedEventError

from tests.support import Event, Logs, Sample

MARKER = "do-not-log-me"


def send(event: Event, context: LambdaContext) -> tuple[int, dict[str, Any]]:
    """Return the status and the decoded body of the response to `event`."""
    response = handler.lambda_handler(event, context)
    return response["statusCode"], json.loads(response["body"])


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
