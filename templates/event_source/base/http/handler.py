"""Lambda entry point: the routes of the API, and what each of them does."""

{% block stdlib %}
from http import HTTPStatus
{% endblock %}

from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

{% block http_api %}
from .http_api import (
    InvalidInputError,
    Operation,
    Request,
{{ '    RequestError,\n' if cookiecutter.__stored }}    Response,
    check_request,
    handle_request,
    json_response,
    read_model,
)
{% endblock %}
{% if cookiecutter.__stored %}
from .models import Order, is_order_id
from .observability import logger, metrics
from .orders import (
    OrderConflictError,
    RejectedOrderError,
    check_health,
    find_confirmation,
    health_check_response,
    process_order,
)
{% else %}
from .models import Order
from .observability import logger, metrics
from .orders import RejectedOrderError, check_health, health_check_response, process_order
{% endif %}


def find_operation(method: str, path: list[str], request: Request{% block parameter %}{% endblock %}) -> Operation | None:
    """Return the operation for `method` and the segments of a path, ready to be called; None if there is none.

    Each route is one `case`. A name in place of a segment takes a path parameter: `case "GET", ["orders", order_id]`.{{ '\n    API Gateway must have the route as well.' if cookiecutter.__has_api }}
    """
    match method, path:
        case "POST", ["orders"]:
            return lambda: create_order(request{% block argument %}{% endblock %})
{% if cookiecutter.__stored %}
        case "GET", ["orders", order_id] if is_order_id(order_id):
            return lambda: get_order(order_id)
{% endif %}
        case "GET", ["health"]:
            return lambda: json_response(HTTPStatus.OK, check_health())
        case _:
            return None


def create_order(request: Request{{ self.parameter() }}) -> Response:
    """Process the order in the body of `request`."""
    order = read_model(request, Order)
    try:
{% block process %}
        confirmation = process_order(order)
{% endblock %}
{% if cookiecutter.__stored %}
    except OrderConflictError as error:
        raise RequestError(HTTPStatus.CONFLICT, "This order id was used before, with another order.") from error
{% endif %}
    except RejectedOrderError as error:
        raise InvalidInputError(error.errors) from None
    return json_response(HTTPStatus.CREATED, confirmation)
{% include 'storage/' ~ cookiecutter.storage ~ '/get_order.py' ignore missing %}


{% block once %}{% endblock %}
@logger.inject_lambda_context(correlation_id_path=correlation_paths.{{ 'API_GATEWAY_HTTP' if cookiecutter.__has_api else 'LAMBDA_FUNCTION_URL' }}, clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: object, context: LambdaContext) -> Response:
    """Process one request.

    Args:
        event: {{ 'an HTTP API request' if cookiecutter.__has_api else 'a function URL request' }} in payload format 2.0, or a health check.
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
    return handle_request(request, lambda method, path: find_operation(method, path, request{{ self.argument() }}))
