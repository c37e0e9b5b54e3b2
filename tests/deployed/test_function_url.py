import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import boto3
import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from deployed.api import request
from deployed.cloud import REGION
from deployed.rows import rows
from deployed.stack import Deployment, Stack, eventually

ROWS = rows(event_source="function-url")
ORIGIN = "https://app.example.com"
PREFLIGHT = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}


def statement(stack: Stack, action: str, **more: object) -> dict[str, Any]:
    """Return the statement that allows `action` on the alias."""
    (alias,) = stack.resources("AWS::Lambda::Alias")
    return {"Effect": "Allow", "Action": action, "Resource": alias, **more}


@contextmanager
def caller(stack: Stack, *statements: dict[str, Any]) -> Iterator[Credentials]:
    """Yield the credentials of a user who may do what `statements` say."""
    iam, name, policy = stack.cloud.client("iam"), "caller", "Call"
    iam.create_user(UserName=name)
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_user_policy(UserName=name, PolicyName=policy, PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    try:
        yield Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    finally:
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
        iam.delete_user_policy(UserName=name, PolicyName=policy)
        iam.delete_user(UserName=name)


def test_caller_needs_both_permissions(deployed: Deployment) -> None:
    dev = deployed.dev
    through_url = {"Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}}
    first, second = statement(dev, "lambda:InvokeFunctionUrl"), statement(dev, "lambda:InvokeFunction", **through_url)
    for statements in ([first], [second]):
        with caller(dev, *statements) as user:
            assert request(dev, "GET", "/health", by=user).status == HTTPStatus.FORBIDDEN
    with caller(dev, first, second) as user:
        assert request(dev, "GET", "/health", by=user).status == HTTPStatus.OK
        session = boto3.Session(user.access_key, user.secret_key, region_name=REGION)
        direct = session.client("lambda", endpoint_url=dev.cloud.url, verify=str(dev.cloud.authority))
        with pytest.raises(ClientError, match="AccessDenied"):
            direct.invoke(FunctionName=dev.outputs["FunctionName"], Qualifier="live", Payload="{}")


def test_stopped_url_is_throttled(deployed: Deployment) -> None:
    client, name = deployed.dev.cloud.client("lambda"), deployed.dev.outputs["FunctionName"]
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        assert request(deployed.dev, "GET", "/health").status == HTTPStatus.TOO_MANY_REQUESTS
    finally:
        client.delete_function_concurrency(FunctionName=name)
    eventually(lambda: request(deployed.dev, "GET", "/health").status == HTTPStatus.OK)


def test_pages_of_listed_origins_may_call(deployed: Deployment) -> None:
    url = deployed.dev.outputs["FunctionUrl"]
    before = request(deployed.dev, "OPTIONS", "/orders", signed=False, headers=PREFLIGHT)
    deployed.dev.deploy({"CorsOrigins": ORIGIN})
    after = request(deployed.dev, "OPTIONS", "/orders", signed=False, headers=PREFLIGHT)
    assert [each.headers.get("Access-Control-Allow-Origin") for each in (before, after)] == [None, ORIGIN]
    assert request(deployed.dev, "POST", "/orders", signed=False).status == HTTPStatus.FORBIDDEN
    assert deployed.dev.outputs["FunctionUrl"] == url
