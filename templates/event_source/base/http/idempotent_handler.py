{% extends 'event_source/' ~ cookiecutter.event_source ~ '/handler.py' %}
{% block stdlib %}
import json
from http import HTTPStatus
from typing import Any
{% endblock %}
{% block http_api %}
from .http_api import (
    InvalidInputError,
    Operation,
    Request,
    RequestError,
    Response,
    check_request,
    handle_request,
    json_response,
    read_body,
    read_model,
)
from .idempotency import InProgressError, KeyReusedError, process_order_once
{% endblock %}
{% block parameter %}, context: LambdaContext{% endblock %}
{% block argument %}, context{% endblock %}
{% block process %}
        confirmation = process_keyed_order(order, request, context)
{% endblock %}
{% block once %}
def process_keyed_order(order: Order, request: Request, context: LambdaContext) -> dict[str, Any]:
    """Process `order`, once for each `Idempotency-Key` of a caller; without that header, each time."""
    headers = {name.lower(): value for name, value in (request.get("headers") or {}).items()}
    if not (key := headers.get("idempotency-key")):
        return process_order(order){{ '' if cookiecutter.__stored else '.model_dump(mode="json")' }}
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


{% endblock %}
