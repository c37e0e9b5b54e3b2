"""Requests to a deployed HTTP API, or to a function URL."""

import ssl

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from deployed.cloud import REGION
from deployed.stack import Stack


def endpoint(stack: Stack) -> tuple[str, str]:
    """Return the URL of `stack` without a slash at its end, and the service for which requests are signed."""
    outputs = stack.outputs
    return (outputs["ApiUrl"], "execute-api") if "ApiUrl" in outputs else (outputs["FunctionUrl"][:-1], "lambda")


def request(
    stack: Stack,
    method: str,
    path: str,
    body: str = "",
    *,
    signed: bool = True,
    by: Credentials | None = None,
    headers: dict[str, str] | None = None,
) -> urllib3.BaseHTTPResponse:
    """Return the response of `stack` to a request, which is signed by an administrator, or `by` another user."""
    url, service = endpoint(stack)
    made = AWSRequest(method, f"{url}{path}", {"Content-Type": "application/json"} | (headers or {}), body)
    if signed:
        SigV4Auth(by or stack.cloud.credentials, service, REGION).add_auth(made)
    http = urllib3.PoolManager(ssl_context=ssl.create_default_context(cafile=str(stack.cloud.authority)))
    return http.request(method, made.url, body=body, headers=dict(made.headers))
