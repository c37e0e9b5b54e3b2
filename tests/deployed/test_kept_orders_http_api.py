import json
from http import HTTPStatus

from deployed.api import request
from deployed.rows import rows
from deployed.stack import Deployment

ROWS = [row for each in ("http-api", "function-url") for row in rows(storage="dynamodb", event_source=each)]
ORDER = {"order_id": "of-the-api", "lines": [{"sku": "MUG-001", "quantity": 1}]}
BODY = json.dumps(ORDER)
NOTHING_LISTENS = "http://127.0.0.1:1"


def test_confirmation_is_returned_again(deployed: Deployment) -> None:
    dev, earlier = deployed.dev, deployed.dev.confirmed()
    first, again = (request(dev, "POST", "/orders", BODY) for _ in range(2))
    assert (first.status, again.status) == (HTTPStatus.CREATED, HTTPStatus.CREATED)
    assert again.json() == first.json()
    kept = request(dev, "GET", "/orders/of-the-api")
    assert (kept.status, kept.json()) == (HTTPStatus.OK, first.json())
    assert dev.confirmed(earlier) == ["of-the-api"]


def test_other_order_with_the_id_is_a_conflict(deployed: Deployment) -> None:
    before = deployed.dev.orders()["of-the-api"]
    other = json.dumps(ORDER | {"delivery": "express"})
    assert request(deployed.dev, "POST", "/orders", other).status == HTTPStatus.CONFLICT
    assert deployed.dev.orders()["of-the-api"] == before


def test_unknown_order_is_not_found(deployed: Deployment) -> None:
    assert request(deployed.dev, "GET", "/orders/unknown").status == HTTPStatus.NOT_FOUND
    assert request(deployed.dev, "GET", "/orders/of-the-api", signed=False).status == HTTPStatus.FORBIDDEN


def test_unreachable_table_can_be_retried(deployed: Deployment) -> None:
    with deployed.dev.with_variables(AWS_ENDPOINT_URL_DYNAMODB=NOTHING_LISTENS):
        response = request(deployed.dev, "POST", "/orders", BODY)
    assert response.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(response.headers["Retry-After"]) > 0
    (line,) = deployed.dev.lines("Storage unavailable")
    assert line["exception_name"] == "UnavailableError"


def test_missing_permission_is_named(deployed: Deployment) -> None:
    with deployed.dev.with_variables(ORDERS_TABLE="another"):
        response = request(deployed.dev, "GET", "/orders/of-the-api")
    assert response.status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert deployed.dev.lines("Unexpected error")[-1]["exception_name"] == "AccessError"
