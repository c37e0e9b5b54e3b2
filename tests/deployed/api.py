"""Requests to a deployed HTTP API."""

import ssl

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from deployed.cloud import REGION
from deployed.stack import Stack


def request(stack: Stack, method: str, path: str, body: str = "", *, signed: bool = True) -> urllib3.BaseHTTPResponse:
    """Return the response of the API of `stack`."""
    made = AWSRequest(method, f"{stack.outputs['ApiUrl']}{path}", {"Content-Type": "application/json"}, body)
    if signed:
        SigV4Auth(stack.cloud.credentials, "execute-api", REGION).add_auth(made)
    http = urllib3.PoolManager(ssl_context=ssl.create_default_context(cafile=str(stack.cloud.authority)))
    return http.request(method, made.url, body=body, headers=dict(made.headers))
