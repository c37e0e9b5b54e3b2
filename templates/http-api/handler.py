"""Lambda entry point: an HTTP request in, the service called, an HTTP response out."""

import base64
from http import HTTPStatus
from typing import Any, TypeGuard

from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from .application import RejectedOrderError, answer_health_check, confirm, read_health
{% if cookiecutter.idempotency %}
from .idempotency import InProgressError, KeyReusedError, confirm_once
{% endif %}
from .models import {% if cookiecutter.idempotency %}Confirmation, {% endif %}FieldError, Model, Order, field_errors
from .observability import logger, metrics

# Far above the largest order; the explanation of all that is wrong with a body must fit into a response (6 MB).
MAX_BODY_CHARACTERS = 64 * 1024

Request = dict[str, Any]
Response = dict[str, Any]


class Problem(Model):
    """The body of every error, after RFC 9457 (problem details for HTTP APIs)."""

    title: str
    status: int
    detail: str
    errors: list[FieldError]


class RefusedRequestError(Exception):
    """The request cannot be served, whatever the order in it; the response says why."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        """Keep what the response says."""
        super().__init__(detail)
        self.status = status
        self.detail = detail


class UnsupportedEventError(Exception):
    """The function was invoked with something else than a request of an HTTP API."""


{% set arguments = 'request, context' if cookiecutter.idempotency else 'request' %}
{% set parameters = 'request: Request, context: LambdaContext' if cookiecutter.idempotency else 'request: Request' %}
def serve({{ parameters }}) -> Response:
    """Return the response of the route that `request` names.

    Raises:
        RefusedRequestError: there is no such route, or it refuses the request.
        RejectedOrderError: the body is not JSON, or its order cannot be confirmed.
    """
    match request["requestContext"]["http"]["method"], read_path(request):
        case "POST", "/orders":
            return create_order({{ arguments }})
        case "GET", "/health":
            return respond(HTTPStatus.OK, read_health())
        case _:
            raise RefusedRequestError(HTTPStatus.NOT_FOUND, "There is no such resource.")


def create_order({{ parameters }}) -> Response:
    """Confirm the order in the body of `request`."""
    order = read_order(request)
{% if cookiecutter.idempotency %}
    confirmation = confirm_for_key(order, request, context)
{% else %}
    confirmation = confirm(order)
{% endif %}
    return respond(HTTPStatus.CREATED, confirmation)


def read_path(request: Request) -> str:
    """Return the path that was asked for, without the stage with which it begins if that has a name."""
    path: str = request["rawPath"]
    return path.removeprefix(f"/{request['requestContext']['stage']}")


def read_order(request: Request) -> Order:
    """Return the order in the body of `request`.

    Raises:
        RefusedRequestError: the body cannot be decoded, or has more than `MAX_BODY_CHARACTERS`.
        RejectedOrderError: it is not JSON, or not an order.
    """
    try:
        return Order.model_validate_json(read_body(request))
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original would quote what was sent


def read_body(request: Request) -> str:
    """Return the text that is the body of `request`; it is empty if there is none.

    Raises:
        RefusedRequestError: it cannot be decoded, or has more than `MAX_BODY_CHARACTERS`.
    """
    body: str = request.get("body") or ""
    if request.get("isBase64Encoded"):
        try:
            body = base64.b64decode(body).decode()
        except ValueError as error:
            detail = "The body is not text: its Base64 or its UTF-8 is broken."
            raise RefusedRequestError(HTTPStatus.BAD_REQUEST, detail) from error
    if len(body) > MAX_BODY_CHARACTERS:
        detail = f"The body may have {MAX_BODY_CHARACTERS} characters."
        raise RefusedRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
    return body


{% if cookiecutter.idempotency %}
def confirm_for_key(order: Order, request: Request, context: LambdaContext) -> Confirmation:
    """Confirm `order`: once, if the request has an `Idempotency-Key`, whose meaning is its caller's own."""
    headers = {name.lower(): value for name, value in (request.get("headers") or {}).items()}
    if not (key := headers.get("idempotency-key")):
        return confirm(order)
    return confirm_once(order, key=f"{read_caller(request)} {key}", context=context)


def read_caller(request: Request) -> str:
    """Return who signed the request; the id of a role's session changes, that of the role does not."""
    match request:
        case {"requestContext": {"authorizer": {"iam": {"userId": str(caller)}}}}:
            return caller.partition(":")[0]
        case _:
            return ""


{% endif %}
def respond(status: HTTPStatus, body: Model, content_type: str = "application/json") -> Response:
    """Return what API Gateway makes a response of."""
    return {
        "statusCode": status.value,
        "headers": {"Content-Type": content_type},
        "body": body.model_dump_json(),
        "isBase64Encoded": False,
    }


def respond_problem(status: HTTPStatus, detail: str, errors: list[FieldError] | None = None) -> Response:
    """Return the response for an error."""
    problem = Problem(title=status.phrase, status=status, detail=detail, errors=errors or [])
    return respond(status, problem, "application/problem+json")


def respond_rejection(error: RejectedOrderError) -> Response:
    """Return the response for a body that is not JSON, or whose order cannot be confirmed."""
    logger.info("Order rejected", fields=error.fields)
    metrics.add_metric("OrdersRejected", MetricUnit.Count, 1)
    match error.errors:
        case [FieldError(code="json_invalid", message=message)]:
            return respond_problem(HTTPStatus.BAD_REQUEST, message)
        case errors:
            return respond_problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The order has invalid fields.", errors)


def answer({{ parameters }}) -> Response:
    """Return the response to `request`, whatever comes of it."""
    try:
        return serve({{ arguments }})
    except RefusedRequestError as error:
        return respond_problem(error.status, error.detail)
    except RejectedOrderError as error:
        return respond_rejection(error)
{% if cookiecutter.idempotency %}
    except InProgressError:
        return respond_problem(HTTPStatus.CONFLICT, "A request with this Idempotency-Key is being handled; try again.")
    except KeyReusedError:
        detail = "This Idempotency-Key came before, with another order."
        return respond_problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
{% endif %}
    except Exception:  # noqa: BLE001 - the log says what nobody foresaw, the response does not
        logger.exception("Unexpected error")
        metrics.add_metric("UnexpectedErrors", MetricUnit.Count, 1)
        return respond_problem(HTTPStatus.INTERNAL_SERVER_ERROR, "The request could not be handled.")


def is_http_request(event: Any) -> TypeGuard[Request]:  # noqa: ANN401 - whoever invokes may send any JSON
    """Say whether `event` is a request of an HTTP API, in payload format 2.0."""
    match event:
        case {"version": "2.0", "rawPath": str(), "requestContext": {"stage": str(), "http": {"method": str()}}}:
            return True
        case _:
            return False


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP, clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> Response:
    """Handle one request.

    Args:
        event: the request, in payload format 2.0 of API Gateway's HTTP APIs.
        context: what Lambda says of the invocation.

    Returns:
        The response: `statusCode`, `headers`, `body` and `isBase64Encoded`.

    Raises:
        UnsupportedEventError: `event` is something else.
    """
    if (health := answer_health_check(event)) is not None:
        return health
    metrics.add_metric("Requests", MetricUnit.Count, 1)
    if not is_http_request(event):
        message = "Expected a request of an HTTP API (payload format 2.0); see events/ for samples."
        raise UnsupportedEventError(message)
    return answer({{ 'event, context' if cookiecutter.idempotency else 'event' }})
