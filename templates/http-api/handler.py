"""Lambda entry point: an HTTP request in, the service called, an HTTP response out."""

from http import HTTPStatus
from typing import Any, TypeGuard

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
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

app = APIGatewayHttpResolver()


class Problem(Model):
    """The body of every error, after RFC 9457 (problem details for HTTP APIs)."""

    title: str
    status: int
    detail: str
    errors: list[FieldError]


class UnreadableBodyError(Exception):
    """The request's body is not text: its Base64 or its UTF-8 is broken."""


class TooLargeBodyError(Exception):
    """The request's body is larger than any order."""


class UnsupportedEventError(Exception):
    """The function was invoked with something else than a request of an HTTP API."""


@app.post("/orders")
def create_order() -> Response[str]:
    """Confirm the order in the request's body."""
    order = read_order()
{% if cookiecutter.idempotency %}
    confirmation = confirm_for_key(order)
{% else %}
    confirmation = confirm(order)
{% endif %}
    return Response(HTTPStatus.CREATED, "application/json", confirmation.model_dump_json())


@app.get("/health")
def get_health() -> Response[str]:
    """Say that the service is up."""
    return Response(HTTPStatus.OK, "application/json", read_health().model_dump_json())


def read_order() -> Order:
    """Return the order in the current request's body.

    Raises:
        UnreadableBodyError: the body cannot be decoded.
        TooLargeBodyError: it has more than `MAX_BODY_CHARACTERS`.
        RejectedOrderError: it is not JSON, or not an order.
    """
    try:
        body = app.current_event.decoded_body or ""
        if len(body) > MAX_BODY_CHARACTERS:
            raise TooLargeBodyError
        return Order.model_validate_json(body)
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original would quote what was sent
    except ValueError as error:
        raise UnreadableBodyError from error


{% if cookiecutter.idempotency %}
def confirm_for_key(order: Order) -> Confirmation:
    """Confirm `order`: once, if the request has an `Idempotency-Key`, whose meaning is its caller's own."""
    if not (key := app.current_event.headers.get("Idempotency-Key")):
        return confirm(order)
    return confirm_once(order, key=f"{read_caller(app.current_event.raw_event)} {key}", context=app.lambda_context)


def read_caller(event: dict[str, Any]) -> str:
    """Return who signed the request; the id of a role's session changes, that of the role does not."""
    match event:
        case {"requestContext": {"authorizer": {"iam": {"userId": str(caller)}}}}:
            return caller.partition(":")[0]
        case _:
            return ""


{% endif %}
def respond_problem(status: HTTPStatus, detail: str, errors: list[FieldError] | None = None) -> Response[str]:
    """Return the response for an error."""
    problem = Problem(title=status.phrase, status=status, detail=detail, errors=errors or [])
    return Response(status, "application/problem+json", problem.model_dump_json())


def on_unreadable_body(_: UnreadableBodyError) -> Response[str]:
    """Answer a request whose body is not text."""
    return respond_problem(HTTPStatus.BAD_REQUEST, "The body is not text: its Base64 or its UTF-8 is broken.")


def on_too_large_body(_: TooLargeBodyError) -> Response[str]:
    """Answer a request whose body is larger than any order."""
    return respond_problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body may have {MAX_BODY_CHARACTERS} characters.")


def on_rejected_order(error: RejectedOrderError) -> Response[str]:
    """Answer a request whose body is not JSON, or whose order cannot be confirmed."""
    logger.info("Order rejected", fields=error.fields)
    metrics.add_metric("OrdersRejected", MetricUnit.Count, 1)
    match error.errors:
        case [FieldError(code="json_invalid", message=message)]:
            return respond_problem(HTTPStatus.BAD_REQUEST, message)
        case errors:
            return respond_problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The order has invalid fields.", errors)


{% if cookiecutter.idempotency %}
def on_request_in_progress(_: InProgressError) -> Response[str]:
    """Answer a request that came again while the first was still being handled."""
    return respond_problem(HTTPStatus.CONFLICT, "A request with this Idempotency-Key is being handled; try again.")


def on_reused_key(_: KeyReusedError) -> Response[str]:
    """Answer a request with the key of another one."""
    return respond_problem(HTTPStatus.UNPROCESSABLE_ENTITY, "This Idempotency-Key came before, with another order.")


{% endif %}
def on_unknown_route(_: NotFoundError) -> Response[str]:
    """Answer a route that the API sends here but that has no handler."""
    return respond_problem(HTTPStatus.NOT_FOUND, "There is no such resource.")


def on_unexpected_error(error: Exception) -> Response[str]:
    """Answer what nobody foresaw: the log says what it was, the response does not."""
    logger.error("Unexpected error", exc_info=error)
    metrics.add_metric("UnexpectedErrors", MetricUnit.Count, 1)
    return respond_problem(HTTPStatus.INTERNAL_SERVER_ERROR, "The request could not be handled.")


app.exception_handler(UnreadableBodyError)(on_unreadable_body)
app.exception_handler(TooLargeBodyError)(on_too_large_body)
app.exception_handler(RejectedOrderError)(on_rejected_order)
{% if cookiecutter.idempotency %}
app.exception_handler(InProgressError)(on_request_in_progress)
app.exception_handler(KeyReusedError)(on_reused_key)
{% endif %}
app.exception_handler(NotFoundError)(on_unknown_route)
app.exception_handler(Exception)(on_unexpected_error)


def is_http_request(event: Any) -> TypeGuard[dict[str, Any]]:  # noqa: ANN401 - whoever invokes may send any JSON
    """Say whether `event` is a request of an HTTP API, in payload format 2.0."""
    match event:
        case {"version": "2.0", "rawPath": str(), "requestContext": {"stage": str(), "http": {"method": str()}}}:
            return True
        case _:
            return False


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP, clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Handle one request.

    Args:
        event: the request, in payload format 2.0 of API Gateway's HTTP APIs.
        context: what Lambda says of the invocation.

    Returns:
        The response: `statusCode`, `headers`, `body`, `isBase64Encoded` and `cookies`.

    Raises:
        UnsupportedEventError: `event` is something else.
    """
    if (health := answer_health_check(event)) is not None:
        return health
    metrics.add_metric("Requests", MetricUnit.Count, 1)
    if not is_http_request(event):
        message = "Expected a request of an HTTP API (payload format 2.0); see events/ for samples."
        raise UnsupportedEventError(message)
    return app.resolve(event, context)
