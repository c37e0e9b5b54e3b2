{% set path = 'request.path' if cookiecutter.__has_api else 'request.environ["REQUEST_URI"].partition("?")[0]' %}
"""Serve the API on this machine: the handler answers HTTP requests, and is loaded again when its code changes.

Requests are not authorized: events have no `authorizer`, and every path reaches the handler.
"""

import argparse
import base64
import contextlib
import importlib
import json
import logging
import os
import signal
import sys
import time
import uuid
from typing import Any

from werkzeug import Request, Response
from werkzeug.serving import is_running_from_reloader, run_simple

from infra.project import PACKAGE
from scripts.emulator import is_free
from scripts.invoke import LocalContext, own_environment
{% if cookiecutter.__uses_aws %}
from scripts.local_aws import local_aws
{% endif %}

PORT = 8000
# {{ 'API Gateway' if cookiecutter.__has_api else 'Lambda' }} passes on bodies of these types as text, all others in Base64.
TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")
logger = logging.getLogger("werkzeug")


def make_event(request: Request) -> dict[str, Any]:
    """Return `request` as an event in payload format 2.0."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": {{ path }},
        "rawQueryString": request.query_string.decode(),
        "headers": headers,
        "requestContext": make_request_context(request),
    }
    if cookies := headers.pop("cookie", ""):
        event["cookies"] = cookies.split("; ")
    if request.args:
        event["queryStringParameters"] = {name: ",".join(values) for name, values in request.args.lists()}
    return event | encode_body(request)


def make_request_context(request: Request) -> dict[str, Any]:
    """Return what {{ 'API Gateway' if cookiecutter.__has_api else 'Lambda' }} says about `request`."""
    http = {
        "method": request.method,
        "path": {{ path }},
        "protocol": request.environ["SERVER_PROTOCOL"],
        "sourceIp": request.remote_addr,
        "userAgent": str(request.user_agent),
    }
    return {
        "accountId": "123456789012",
        "apiId": "local",
        "domainName": request.host,
        "domainPrefix": "local",
        "http": http,
        "requestId": str(uuid.uuid4()),
        "routeKey": "$default",
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
        "timeEpoch": time.time_ns() // 1_000_000,
    }


def encode_body(request: Request) -> dict[str, Any]:
    """Return the part of the event that holds the body of `request`."""
    body = request.get_data()
    if not body:
        return {"isBase64Encoded": False}
    if request.mimetype.startswith(TEXT_TYPES):
        return {"body": body.decode(errors="replace"), "isBase64Encoded": False}
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def make_response(result: Any) -> Response:
    """Return the handler's `result` as {{ 'API Gateway' if cookiecutter.__has_api else 'Lambda' }} does: without a `statusCode`, it is the body of a response."""
    match result:
        case {"statusCode": status}:
            body = result.get("body") or ""
            content = base64.b64decode(body) if result.get("isBase64Encoded") else body
            response = Response(content, int(status), result.get("headers"))
            response.headers.extend([("Set-Cookie", cookie) for cookie in result.get("cookies", [])])
            return response
        case _:
            body = result if isinstance(result, str) else json.dumps(result)
            return Response(body, mimetype="application/json")


@Request.application
def application(request: Request) -> Response:
    """Return the response to `request`; an error of the handler is logged, and gets the response of {{ 'API Gateway' if cookiecutter.__has_api else 'Lambda' }}."""
    try:
        handler = importlib.import_module(f"{PACKAGE}.handler")
        return make_response(handler.lambda_handler(make_event(request), LocalContext()))
    except Exception:
        logger.exception("The function failed")
        return Response('{"message":"Internal Server Error"}', {{ 500 if cookiecutter.__has_api else 502 }}, mimetype="application/json")


def prepare(port: int) -> None:
    """Set the environment of the process that serves, and print its address."""
    if not is_free(port):
        sys.exit(f"serve: port {port} is in use; name another with --port")
    os.environ.update(own_environment())
    logger.setLevel(logging.ERROR)  # it would print the address again
    print(f"http://127.0.0.1:{port} (without authorization; stop with Ctrl-C)", flush=True)


def main() -> None:
    """Read the command line and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="serve", description="Serve the API on this machine.")
    parser.add_argument("--port", type=int, default=PORT, help=f"where it listens (default: {PORT})")
    port: int = parser.parse_args().port
    if not is_running_from_reloader():  # this process starts the one that serves, again after each change
        prepare(port)
{% if cookiecutter.__uses_aws %}
    aws = contextlib.nullcontext() if is_running_from_reloader() else local_aws()
    with aws, contextlib.redirect_stdout(sys.stderr):  # where the handler logs
{% else %}
    with contextlib.redirect_stdout(sys.stderr):  # where the handler logs
{% endif %}
        run_simple("127.0.0.1", port, application, use_reloader=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):  # a second one, which Poe passes on
        main()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it may also come while Python exits
