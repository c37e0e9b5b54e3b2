"""Lambda entry point: the routes of the API, and what each of them does."""

{% if cookiecutter.idempotency %}
import json
{% endif %}
from http import HTTPStatus
{% if cookiecutter.idempotency %}
from typing import Any
{% endif %}

from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from .http_api import (
    InvalidInputError,
    Operation,
    Request,
{% if cookiecutter.idempotency %}
    RequestError,
{% endif %}
    Response,
    check_request,
    handle_request,
    json_response,
{% if cookiecutter.idempotency %}
    read_body,
{% endif %}
    read_model,
)
{% if cookiecutter.idempotency %}
from .idempotency import InProgressError, KeyReusedError, process_order_once
{% endif %}
from .models import Order
from .observability import logger, metrics
from .orders import RejectedOrderError, check_health, health_check_response, process_order

{% set arguments = 'request, context' if cookiecutter.idempotency else 'request' %}
{% set parameters = 'request: Request, context: LambdaContext' if cookiecutter.idempotency else 'request: Request' %}

def find_operation(method: str, path: list[str], {{ parameters }}) -> Operation | None:
    """Return the operation for `method` and the segments of a path, ready to be called; None if there is none.

    Each route is one `case`. A name in place of a segment takes a path parameter: `case "GET", ["orders", order_id]`.
    API Gateway must have the route as well.
    """
    match method, path:
        case "POST", ["orders"]:
            return lambda: create_order({{ arguments }})
        case "GET", ["health"]:
            return lambda: json_response(HTTPStatus.OK, check_health())
        case _:
            return None


def create_order({{ parameters }}) -> Response:
    """Process the order in the body of `request`."""
    order = read_model(request, Order)
    try:
{% if cookiecutter.idempotency %}
        confirmation = process_keyed_order(order, request, context)
{% else %}
        confirmation = process_order(order)
{% endif %}
    except RejectedOrderError as error:
        raise InvalidInputError(error.errors) from None
    return json_response(HTTPStatus.CREATED, confirmation)


{% if cookiecutter.idempotency %}
def process_keyed_order(order: Order, request: Request, context: LambdaContext) -> dict[str, Any]:
    """Process `order`, once for each `Idempotency-Key` of a caller; without that header, each time."""
    headers = {name.lower(): value for name, value in (request.get("headers") or {}).items()}
    if not (key := headers.get("idempotency-key")):
        return process_order(order).model_dump(mode="json")
    sent = json.loads(read_body(request))
    try:
        return process_order_once(order, sent=sent, key=f"{caller_id(request)} {key}", context=context)
    except InProgressError as error:
        detail = "A request with this Idempotency-Key is in progress; retry later."
        raise RequestError(HTTPStatus.CONFLICT, detail) from error
    except KeyReusedError as error:
        detail = "This Idempotency-Key was used before, with another order."
        raise RequestError(HTTPStatus.UNPROCESSABLE_ENTITY, detail) from error


def caller_id(request: Request) -> str:
    """Return the id of the user or role that signed the request; the session of a role changes, its id does not."""
    match request:
        case {"requestContext": {"authorizer": {"iam": {"userId": str(user_id)}}}}:
            return user_id.partition(":")[0]
        case _:
            return ""


{% endif %}
@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP, clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> Response:
    """Process one request.

    Args:
        event: an HTTP API request in payload format 2.0, or a health check.
        context: the Lambda context.

    Returns:
        The response: `statusCode`, `headers`, `body` and `isBase64Encoded`.

    Raises:
        UnsupportedEventError: `event` is neither.
    """
    if health := health_check_response(event):
        return health
    metrics.add_metric("Requests", MetricUnit.Count, 1)
    request = check_request(event)
    return handle_request(request, lambda method, path: find_operation(method, path, {{ arguments }}))
