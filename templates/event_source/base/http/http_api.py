"""HTTP between {{ 'API Gateway' if cookiecutter.__has_api else 'the function URL' }} and the handler: requests, responses and errors, whatever the routes are."""

import base64
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeGuard, TypeVar
{% if not cookiecutter.__has_api %}
from urllib.parse import unquote
{% endif %}

from aws_lambda_powertools.metrics import MetricUnit
from pydantic import ValidationError
from pydantic_core import to_json

from .models import FieldError, Model, field_errors, loggable_fields
from .observability import logger, metrics
{% if cookiecutter.__stored %}
from .repository import UnavailableError
{% endif %}

# Small enough that the errors of a whole body fit into a response (6 MB).
MAX_BODY_CHARACTERS = 64 * 1024
{% if cookiecutter.__stored %}
RETRY_AFTER_SECONDS = "5"
{% endif %}
METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")

Request = dict[str, Any]
Response = dict[str, Any]
Operation = Callable[[], Response]
FindOperation = Callable[[str, list[str]], Operation | None]
AnyModel = TypeVar("AnyModel", bound=Model)


class Problem(Model):
    """The body of all error responses, as in RFC 9457 (problem details for HTTP APIs)."""

    title: str
    status: int
    detail: str
    errors: list[FieldError]


class RequestError(Exception):
    """The request gets an error response with this status and detail."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        errors: list[FieldError] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Keep what the response consists of."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors or []
        self.headers = headers or {}


class InvalidInputError(RequestError):
    """The request has invalid fields (422), or its body is not JSON (400)."""

    def __init__(self, errors: list[FieldError]) -> None:
        """Keep the error of each invalid field."""
        match errors:
            case [FieldError(code="json_invalid", message=message)]:
                super().__init__(HTTPStatus.BAD_REQUEST, message)
            case _:
                detail = "The request has invalid fields."
                super().__init__(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)


class UnsupportedEventError(Exception):
    """The event is not {{ 'an HTTP API request' if cookiecutter.__has_api else 'a function URL request' }}."""


def make_response(status: HTTPStatus, *, headers: dict[str, str] | None = None, body: str = "") -> Response:
    """Return a response in payload format 2.0, such as a redirect, which has a `Location` among its headers."""
    return {"statusCode": status.value, "headers": headers or {}, "body": body, "isBase64Encoded": False}


def json_response(status: HTTPStatus, body: Model | dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """Return a response with `body` as JSON."""
    content_type = {"Content-Type": "application/json"}
    return make_response(status, headers=content_type | (headers or {}), body=to_json(body).decode())


def problem_response(error: RequestError) -> Response:
    """Return the error response to a request."""
    status = error.status
    problem = Problem(title=status.phrase, status=status, detail=error.detail, errors=error.errors)
    return json_response(status, problem, {"Content-Type": "application/problem+json"} | error.headers)


def read_model(request: Request, model: type[AnyModel]) -> AnyModel:
    """Return the JSON in the body of `request`, validated by `model`.

    Raises:
        RequestError: the body cannot be decoded (400), or is longer than `MAX_BODY_CHARACTERS` (413).
        InvalidInputError: the body is not JSON (400), or has invalid fields (422).
    """
    try:
        return model.model_validate_json(read_body(request))
    except ValidationError as error:
        raise InvalidInputError(field_errors(error)) from None  # the original error would echo input


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


{% if cookiecutter.__has_api %}
def path_segments(request: Request) -> list[str]:
    """Return the segments of the request path, without the prefix of a named stage; the root has none.

    They are not decoded here: API Gateway does so before it matches routes, so `%2F` separates segments, too.
    """
    path: str = request["rawPath"].strip("/")
    match path.split("/") if path else []:
        case [stage, *segments] if stage == request["requestContext"]["stage"]:
            return segments
        case segments:
            return segments
{% else %}
def path_segments(request: Request) -> list[str]:
    """Return the segments of the request path, decoded; the root has none.

    The path arrives as the client has sent it, so `%2F` is part of a segment.
    """
    path: str = request["rawPath"].strip("/")
    return [unquote(segment) for segment in path.split("/")] if path else []
{% endif %}


def route(request: Request, find_operation: FindOperation) -> Response:
    """Call the operation for the method and path of `request`, and return its response.

    Raises:
        RequestError: there is no such path (404), the path has other methods (405), or the operation raises it.
    """
    method, path = request["requestContext"]["http"]["method"], path_segments(request)
    if operation := find_operation(method, path):
        return operation()
    if allowed := [each for each in METHODS if find_operation(each, path)]:
        detail = f"The resource does not support {method}."
        raise RequestError(HTTPStatus.METHOD_NOT_ALLOWED, detail, headers={"Allow": ", ".join(allowed)})
    raise RequestError(HTTPStatus.NOT_FOUND, "The resource does not exist.")


def handle_request(request: Request, find_operation: FindOperation) -> Response:
    """Return the response to `request`; every exception becomes an error response.

    Args:
        request: {{ 'an HTTP API request' if cookiecutter.__has_api else 'a function URL request' }} in payload format 2.0.
        find_operation: returns the operation for a method and the segments of a path, None if there is none.
    """
    try:
        return route(request, find_operation)
    except RequestError as error:
        logger.info("Request rejected", status=error.status, fields=loggable_fields(error.errors))
        metrics.add_metric("RequestsRejected", MetricUnit.Count, 1)
        return problem_response(error)
{% if cookiecutter.__stored %}
    except UnavailableError:
        logger.exception("Storage unavailable")
        metrics.add_metric("StorageUnavailable", MetricUnit.Count, 1)
        detail = "The service is temporarily unavailable; retry later."
        return problem_response(
            RequestError(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": RETRY_AFTER_SECONDS}),
        )
{% endif %}
    except Exception:  # unexpected errors are logged, and not shown to callers
        logger.exception("Unexpected error")
        metrics.add_metric("UnexpectedErrors", MetricUnit.Count, 1)
        return problem_response(RequestError(HTTPStatus.INTERNAL_SERVER_ERROR, "The request could not be processed."))


def is_http_request(event: Any) -> TypeGuard[Request]:
    """Return whether `event` is {{ 'an HTTP API request' if cookiecutter.__has_api else 'a function URL request' }} in payload format 2.0."""
    match event:
        case {"version": "2.0", "rawPath": str(), "requestContext": {"stage": str(), "http": {"method": str()}}}:
            return True
        case _:
            return False


def check_request(event: object) -> Request:
    """Return `event`, which must be {{ 'an HTTP API request' if cookiecutter.__has_api else 'a function URL request' }} in payload format 2.0.

    Raises:
        UnsupportedEventError: it is not.
    """
    if is_http_request(event):
        return event
    message = "Expected {{ 'an HTTP API request' if cookiecutter.__has_api else 'a function URL request' }} (payload format 2.0); events/ has samples."
    raise UnsupportedEventError(message)
