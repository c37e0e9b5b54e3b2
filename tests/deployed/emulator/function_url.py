"""A function URL has a name in DNS, asks for two permissions, and for none before CORS; ministack 1.5.33 does not."""

import os
from typing import Any

from ministack import app
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

KIND = "AWS::Lambda::Url"
# See "Control access to Lambda function URLs" in the Lambda developer guide.
FIRST, SECOND, VIA_URL = "lambda:InvokeFunctionUrl", "lambda:InvokeFunction", {"lambda:InvokedViaFunctionUrl": "true"}


def fill() -> None:
    """Give a URL the address under which ministack serves it by path; refuse callers, but no preflight requests."""
    handler = provisioners._RESOURCE_HANDLERS[KIND]
    provisioners._RESOURCE_HANDLERS[KIND] = {
        **handler,
        **{action: addressed(handler[action]) for action in ("create", "update")},
    }
    app._enforce_data_plane = enforce_both(app._enforce_data_plane)
    app._handle_lambda_url_request = answer_preflights(app._handle_lambda_url_request)


def addressed(handle: Any) -> Any:
    """Return `handle` with another address in its answer."""

    def with_address(*arguments: object) -> tuple[str, dict[str, Any]]:
        physical_id, attributes = handle(*arguments)
        url_id = attributes["FunctionUrl"].removeprefix("https://").partition(".")[0]
        address = f"https://127.0.0.1:{os.environ['GATEWAY_PORT']}/_aws/lambda-url/{url_id}/"
        return physical_id, {**attributes, "FunctionUrl": address}

    return with_address


def enforce_both(enforce: Any) -> Any:
    """Return `enforce`, which returns the response to who may not, also for the second permission."""

    def enforced(service: str, action: str, *request: object, service_context: Any = None, **more: object) -> Any:
        denied = enforce(service, action, *request, service_context=service_context, **more)
        is_signed = action == FIRST and (service_context or {}).get("lambda:FunctionUrlAuthType") == "AWS_IAM"
        if denied or not is_signed:
            return denied
        return enforce(service, SECOND, *request, service_context={**service_context, **VIA_URL}, **more)

    return enforced


def answer_preflights(handle: Any) -> Any:
    """Return `handle`, which responds to the requests of function URLs, without authorization before CORS."""

    async def answered(host: str, path: str, method: str, *request: Any, **more: Any) -> Any:
        url_id, rest = app._parse_lambda_url(host, path) or ("", "")
        found = lambda_svc.resolve_function_url(url_id)
        if method == "OPTIONS" and found and found[-1].get("Cors"):
            return await lambda_svc.handle_function_url_request(url_id, method, rest, *request)
        return await handle(host, path, method, *request, **more)

    return answered
