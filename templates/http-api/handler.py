"""Lambda entry point: HTTP request in, service called, HTTP response out."""

import base64
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeGuard

from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

{% if cookiecutter.idempotency %}
from .idempotency import InProgressError, KeyReusedError, process_order_once
from .models import Confirmation, FieldError, Model, Order, field_errors
{% else %}
from .models import FieldError, Model, Order, field_errors
{% endif %}
from .observability import logger, metrics
from .orders import RejectedOrderError, check_health, health_check_response, process_order

# Far above the largest order, and small enough that the errors of a whole body fit into a response (6 MB).
MAX_BODY_CHARACTERS = 64 * 1024
METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")

Request = dict[str, Any]
Response = dict[str, Any]
Operation = Callable[[], Response]


class Problem(Model):
    """The body of all error responses, as in RFC 9457 (problem details for HTTP APIs)."""

    title: str
    status: int
    detail: str
    errors: list[FieldError]


class RequestError(Exception):
    """The request gets an error response with this status and detail."""

    def __init__(self, status: HTTPStatus, detail: str, headers: dict[str, str] | None = None) -> None:
        """Keep the status, detail and headers of the response."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}


class UnsupportedEventError(Exception):
    """The event is not an HTTP API request."""


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


def route({{ parameters }}) -> Response:
    """Call the operation for the method and path of `request`, and return its response.

    Raises:
        RequestError: there is no such path (404), the path has other methods (405), or the operation raises it.
        RejectedOrderError: the order in the body is invalid.
    """
    method, path = request["requestContext"]["http"]["method"], path_segments(request)
    if operation := find_operation(method, path, {{ arguments }}):
        return operation()
    if allowed := [each for each in METHODS if find_operation(each, path, {{ arguments }})]:
        headers = {"Allow": ", ".join(allowed)}
        raise RequestError(HTTPStatus.METHOD_NOT_ALLOWED, f"The resource does not support {method}.", headers)
    raise RequestError(HTTPStatus.NOT_FOUND, "The resource does not exist.")


def path_segments(request: Request) -> list[str]:
    """Return the segments of the request path, without the prefix of a named stage.

    They are not decoded here: API Gateway does so before it matches routes, so `%2F` separates segments, too.
    """
    path: str = request["rawPath"]
    match path.strip("/").split("/"):
        case [stage, *segments] if stage == request["requestContext"]["stage"]:
            return segments
        case segments:
            return segments


def create_order({{ parameters }}) -> Response:
    """Process the order in the body of `request`."""
    order = parse_order(request)
{% if cookiecutter.idempotency %}
    confirmation = process_keyed_order(order, request, context)
    return json_response(HTTPStatus.CREATED, confirmation)
{% else %}
    return json_response(HTTPStatus.CREATED, process_order(order))
{% endif %}


def parse_order(request: Request) -> Order:
    """Return the order in the body of `request`.

    Raises:
        RequestError: the body cannot be decoded, or is longer than `MAX_BODY_CHARACTERS`.
        RejectedOrderError: the body is not JSON, or its order is invalid.
    """
    try:
        return Order.model_validate_json(read_body(request))
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original error would echo input


def read_body(request: Request) -> str:
    """Return the body of `request` as text; it is empty if there is none.

    Raises:
        RequestError: the body cannot be decoded (400), or is longer than `MAX_BODY_CHARACTERS` (413).
    """
    body: str = request.get("body") or ""
    if request.get("isBase64Encoded"):
        try:
            body = base64.b64decode(body).decode()
        except ValueError as error:
            raise RequestError(HTTPStatus.BAD_REQUEST, "The body is not valid Base64 or UTF-8.") from error
    if len(body) > MAX_BODY_CHARACTERS:
        detail = f"The body is longer than {MAX_BODY_CHARACTERS} characters."
        raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
    return body


{% if cookiecutter.idempotency %}
def process_keyed_order(order: Order, request: Request, context: LambdaContext) -> Confirmation:
    """Process `order`, once for each `Idempotency-Key` of a caller; without that header, each time."""
    headers = {name.lower(): value for name, value in (request.get("headers") or {}).items()}
    if not (key := headers.get("idempotency-key")):
        return process_order(order)
    return process_order_once(order, key=f"{caller_id(request)} {key}", context=context)


def caller_id(request: Request) -> str:
    """Return the id of the user or role that signed the request; the session of a role changes, its id does not."""
    match request:
        case {"requestContext": {"authorizer": {"iam": {"userId": str(user_id)}}}}:
            return user_id.partition(":")[0]
        case _:
            return ""


{% endif %}
def json_response(status: HTTPStatus, body: Model, headers: dict[str, str] | None = None) -> Response:
    """Return a response in payload format 2.0, with `body` as JSON."""
    return {
        "statusCode": status.value,
        "headers": {"Content-Type": "application/json"} | (headers or {}),
        "body": body.model_dump_json(),
        "isBase64Encoded": False,
    }


def problem_response(
    status: HTTPStatus,
    detail: str,
    *,
    errors: list[FieldError] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return an error response."""
    problem = Problem(title=status.phrase, status=status, detail=detail, errors=errors or [])
    return json_response(status, problem, {"Content-Type": "application/problem+json"} | (headers or {}))


def rejection_response(error: RejectedOrderError) -> Response:
    """Log and count a rejected order, and return the error response: 400 for malformed JSON, else 422."""
    logger.info("Order rejected", fields=error.fields)
    metrics.add_metric("OrdersRejected", MetricUnit.Count, 1)
    match error.errors:
        case [FieldError(code="json_invalid", message=message)]:
            return problem_response(HTTPStatus.BAD_REQUEST, message)
        case errors:
            return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, "The order has invalid fields.", errors=errors)


def handle_request({{ parameters }}) -> Response:
    """Return the response to `request`; every exception becomes an error response."""
    try:
        return route({{ arguments }})
    except RequestError as error:
        return problem_response(error.status, error.detail, headers=error.headers)
    except RejectedOrderError as error:
        return rejection_response(error)
{% if cookiecutter.idempotency %}
    except InProgressError:
        detail = "A request with this Idempotency-Key is in progress; retry later."
        return problem_response(HTTPStatus.CONFLICT, detail)
    except KeyReusedError:
        detail = "This Idempotency-Key was used before, with another order."
        return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
{% endif %}
    except Exception:  # noqa: BLE001 - unexpected errors are logged, and not shown to callers
        logger.exception("Unexpected error")
        metrics.add_metric("UnexpectedErrors", MetricUnit.Count, 1)
        return problem_response(HTTPStatus.INTERNAL_SERVER_ERROR, "The request could not be processed.")


def is_http_request(event: Any) -> TypeGuard[Request]:  # noqa: ANN401 - an event may be any JSON value
    """Return whether `event` is an HTTP API request in payload format 2.0."""
    match event:
        case {"version": "2.0", "rawPath": str(), "requestContext": {"stage": str(), "http": {"method": str()}}}:
            return True
        case _:
            return False


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
    if not is_http_request(event):
        message = "Expected an HTTP API request (payload format 2.0); events/ has samples."
        raise UnsupportedEventError(message)
    return handle_request({{ 'event, context' if cookiecutter.idempotency else 'event' }})
