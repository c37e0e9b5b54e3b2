"""A stand-in for a deployed stack: what CloudFormation, Lambda and the API's address answer, with a function behind."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server
from xml.sax.saxutils import escape

import pytest

from tests.support import Event, read_sample

STACK = "orders-dev"
INVOCATIONS = "/2015-03-31/functions/function/invocations"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",  # pragma: allowlist secret - it opens nothing
    "AWS_SESSION_TOKEN": "local",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": "127.0.0.1",
    "no_proxy": "127.0.0.1",
}
NO_STACK = """<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>
<Message>The stack does not exist</Message></Error></ErrorResponse>"""
NO_FUNCTION = '{"Type": "User", "Message": "Function not found"}'
Function = Callable[[Event], Event]
Reply = tuple[str, str, dict[str, str]]


class Front:
    """The stack as a WSGI application; `outputs` can be changed, `queued` is what Lambda took for later."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.outputs = {"FunctionName": "function"}
        self.queued: list[Event] = []

    def __call__(self, request: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        body = request["wsgi.input"].read(int(request["CONTENT_LENGTH"] or 0)).decode()
        status, text, headers = self.reply(request, body)
        content = text.encode()
        start_response(status, [*headers.items(), ("Content-Length", str(len(content)))])
        return [content]

    def reply(self, request: dict[str, Any], body: str) -> Reply:
        match request["REQUEST_METHOD"], request["PATH_INFO"]:
            case "POST", "/" if parse_qs(body)["StackName"] == [STACK]:
                return "200 OK", describe(self.outputs), {}
            case "POST", "/":
                return "400 Bad Request", NO_STACK, {}
            case "POST", path if path == INVOCATIONS and request["QUERY_STRING"] == "Qualifier=live":
                return self.invoke(json.loads(body), request.get("HTTP_X_AMZ_INVOCATION_TYPE"))
            case "GET", path if "/execute-api/aws4_request" in request.get("HTTP_AUTHORIZATION", ""):
                return self.get(path)
            case _:
                return "404 Not Found", NO_FUNCTION, {"X-Amzn-ErrorType": "ResourceNotFoundException"}

    def invoke(self, event: Event, kind: str | None) -> Reply:
        if kind == "Event":
            self.queued.append(event)
            return "202 Accepted", "", {}
        answer = self.function(event)
        return "200 OK", json.dumps(answer), {"X-Amz-Function-Error": "Unhandled"} if "errorType" in answer else {}

    def get(self, path: str) -> Reply:
        event = read_sample("health")
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
        answer = self.function(event)
        if "errorType" in answer:
            return "500 Internal Server Error", '{"message": "Internal Server Error"}', {}
        return f"{answer['statusCode']} Status", answer["body"], {}


def describe(outputs: dict[str, str]) -> str:
    """Return what CloudFormation says of a stack with `outputs`."""
    members = "".join(
        f"<member><OutputKey>{key}</OutputKey><OutputValue>{escape(value)}</OutputValue></member>"
        for key, value in outputs.items()
    )
    return f"""<DescribeStacksResponse><DescribeStacksResult><Stacks><member>
<StackName>{STACK}</StackName><StackStatus>CREATE_COMPLETE</StackStatus>
<CreationTime>2026-01-01T00:00:00Z</CreationTime><Outputs>{members}</Outputs>
</member></Stacks></DescribeStacksResult></DescribeStacksResponse>"""


@contextmanager
def serve(function: Function) -> Iterator[Front]:
    """Serve a stack with `function`, and let boto3 talk to it, until the block ends."""
    front = Front(function)
    with make_server("127.0.0.1", 0, front) as server, pytest.MonkeyPatch.context() as patch:
        url = f"http://127.0.0.1:{server.server_port}"
        front.outputs["ApiUrl"] = url
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        for service in ("CLOUDFORMATION", "LAMBDA"):
            patch.setenv(f"AWS_ENDPOINT_URL_{service}", url)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield front
        finally:
            server.shutdown()
            thread.join()
