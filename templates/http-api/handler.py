"""Lambda entry point: an HTTP request in, the service called, an HTTP response out."""

import os
from http import HTTPStatus
from typing import Any, TypeGuard

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from .models import FieldError, Health, Model, Order, field_errors
from .observability import logger, metrics
from .service import UnknownProductsError, confirm_order
from .settings import load_settings

settings = load_settings(os.environ)
app = APIGatewayHttpResolver()


class Problem(Model):
    """The body of every error, after RFC 9457 (problem details for HTTP APIs)."""

    title: str
    status: int
    detail: str
    errors: list[FieldError]


class RejectedRequestError(Exception):
    """The request is wrong; `status`, `detail` and `errors` tell its sender why."""

    def __init__(self, status: HTTPStatus, detail: str, errors: list[FieldError] | None = None) -> None:
        """Keep what to answer."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors or []


class UnsupportedEventError(Exception):
    """The function was invoked with something else than a request of an HTTP API."""


@app.post("/orders")
def create_order() -> Response[str]:
    """Confirm the order in the request's body."""
    order = read_order()
    try:
        confirmation = confirm_order(
            order,
            currency=settings.currency,
            free_shipping_from=settings.free_shipping_from,
        )
    except UnknownProductsError as error:
        errors = [
            FieldError(field=f"lines.{position}.sku", code="unknown_product", message="This product is not sold")
            for position in error.positions
        ]
        detail = "The order names unknown products."
        raise RejectedRequestError(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors) from error
    logger.info("Order confirmed", order_id=order.order_id)
    metrics.add_metric("OrdersConfirmed", MetricUnit.Count, 1)
    return Response(HTTPStatus.CREATED, "application/json", confirmation.model_dump_json())


@app.get("/health")
def get_health() -> Response[str]:
    """Say that the service is up."""
    health = Health(status="ok", service=settings.service_name)
    return Response(HTTPStatus.OK, "application/json", health.model_dump_json())


def read_order() -> Order:
    """Return the order in the current request's body.

    Raises:
        RejectedRequestError: the body is not JSON, or is not an order.
    """
    try:
        return Order.model_validate_json(app.current_event.decoded_body or "")
    except ValidationError as error:
        match field_errors(error):
            case [FieldError(code="json_invalid", message=message)]:
                raise RejectedRequestError(HTTPStatus.BAD_REQUEST, message) from error
            case errors:
                detail = "The order has invalid fields."
                raise RejectedRequestError(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors) from error
    except ValueError as error:
        detail = "The body is not text: its Base64 or its UTF-8 is broken."
        raise RejectedRequestError(HTTPStatus.BAD_REQUEST, detail) from error


def respond_problem(status: HTTPStatus, detail: str, errors: list[FieldError] | None = None) -> Response[str]:
    """Return the response for an error."""
    problem = Problem(title=status.phrase, status=status, detail=detail, errors=errors or [])
    return Response(status, "application/problem+json", problem.model_dump_json())


def on_rejected_request(error: RejectedRequestError) -> Response[str]:
    """Answer a request that its sender can correct."""
    logger.info("Request rejected", status=error.status, fields=[wrong.field for wrong in error.errors])
    metrics.add_metric("RequestsRejected", MetricUnit.Count, 1)
    return respond_problem(error.status, error.detail, error.errors)


def on_unknown_route(_: NotFoundError) -> Response[str]:
    """Answer a route that the API sends here but that has no handler."""
    return respond_problem(HTTPStatus.NOT_FOUND, "There is no such resource.")


def on_unexpected_error(error: Exception) -> Response[str]:
    """Answer what nobody foresaw: the log says what it was, the response does not."""
    logger.error("Unexpected error", exc_info=error)
    metrics.add_metric("UnexpectedErrors", MetricUnit.Count, 1)
    return respond_problem(HTTPStatus.INTERNAL_SERVER_ERROR, "The request could not be handled.")


app.exception_handler(RejectedRequestError)(on_rejected_request)
app.exception_handler(NotFoundError)(on_unknown_route)
app.exception_handler(Exception)(on_unexpected_error)


def is_http_request(event: Any) -> TypeGuard[dict[str, Any]]:  # noqa: ANN401 - whoever invokes may send any JSON
    """Say whether `event` is a request of an HTTP API, in payload format 2.0."""
    match event:
        case {"version": "2.0", "rawPath": str(), "requestContext": {"http": {"method": str()}}}:
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
    metrics.add_metric("Requests", MetricUnit.Count, 1)
    if not is_http_request(event):
        message = "Expected a request of an HTTP API (payload format 2.0); see events/ for samples."
        raise UnsupportedEventError(message)
    return app.resolve(event, context)
