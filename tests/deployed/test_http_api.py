import json
from http import HTTPStatus

from deployed.api import endpoint, request
from deployed.proxy import proxy
from deployed.rows import rows
from deployed.stack import Deployment

ROWS = [row for each in ("http-api", "function-url") for row in rows(event_source=each)]
LONGER_THAN_ACCEPTED = 300_000


def test_valid_order_is_confirmed(deployed: Deployment) -> None:
    order, earlier = deployed.sample()["body"], deployed.dev.confirmed()
    response = request(deployed.dev, "POST", "/orders", order)
    assert (response.status, response.json()["currency"]) == (HTTPStatus.CREATED, "EUR")
    assert deployed.dev.confirmed(earlier) == [json.loads(order)["order_id"]]


def test_invalid_order_names_every_field(deployed: Deployment) -> None:
    response = request(deployed.dev, "POST", "/orders", deployed.sample("invalid-order")["body"])
    assert response.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert [each["field"] for each in response.json()["errors"]] == ["delivery", "lines.0.quantity", "lines.1.sku"]


def test_malformed_requests_are_refused(deployed: Deployment) -> None:
    assert request(deployed.dev, "POST", "/orders", "{").status == HTTPStatus.BAD_REQUEST
    assert request(deployed.dev, "GET", "/missing").status == HTTPStatus.NOT_FOUND
    too_long = request(deployed.dev, "POST", "/orders", "x" * LONGER_THAN_ACCEPTED)
    assert too_long.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_unsigned_request_is_forbidden(deployed: Deployment) -> None:
    for method, path in [("POST", "/orders"), ("GET", "/health")]:
        assert request(deployed.dev, method, path, signed=False).status == HTTPStatus.FORBIDDEN


def test_log_holds_only_the_id_of_an_order(deployed: Deployment) -> None:
    log = "\n".join(deployed.dev.messages())
    orders = [json.loads(deployed.sample(name)["body"]) for name in ("order", "invalid-order")]
    assert orders[0]["order_id"] in log
    assert [f'"{line["sku"]}"' for order in orders for line in order["lines"] if f'"{line["sku"]}"' in log] == []
    assert [order["delivery"] for order in orders if order["delivery"] in log] == []


def test_smoke_goes_through_a_proxy(deployed: Deployment) -> None:
    deployed.project.uv("sync", "--quiet")  # without the proxy
    python, url = deployed.project.venv / "bin" / "python", endpoint(deployed.dev)[0]
    with proxy() as (address, asked):
        behind = {"HTTPS_PROXY": address, "https_proxy": address, "NO_PROXY": "", "no_proxy": ""}
        deployed.project.within(behind).run(python, "-m", "pytest", "-q", "tests/e2e", SMOKE_STAGE=deployed.dev.stage)
    assert asked == [url.split("/")[2]] * 2  # CloudFormation, and the API
