import json
from collections.abc import Callable

import boto3

from scripts.deployed import CONFIG


def test_alias_is_healthy(
    aws: boto3.Session,
    outputs: dict[str, str],
    check_health: Callable[[Callable[[], str]], None],
) -> None:
    def invoke_alias() -> str:
        response = aws.client("lambda", config=CONFIG).invoke(
            FunctionName=outputs["FunctionName"],
            Qualifier="live",
            Payload=json.dumps({"health_check": True}),
        )
        text: str = response["Payload"].read().decode()
        return text

    check_health(invoke_alias)
