"""Pre-traffic hook: checks that a new version of the function is healthy, before CodeDeploy shifts traffic to it."""

import json
import logging
import os
from typing import Any

import boto3
from botocore.config import Config

HEALTH_CHECK = {"health_check": True}
# Together below the hook's timeout of 60 seconds: without a report, CodeDeploy would wait for an hour.
INVOKE = Config(connect_timeout=2, read_timeout=25, retries={"total_max_attempts": 1})
REPORT = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 2})

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)


def find_problem(version_arn: str) -> str | None:
    """Invoke the function version with a health check; return what is wrong with it, or None if it is healthy."""
    function = boto3.client("lambda", config=INVOKE)
    response = function.invoke(FunctionName=version_arn, Payload=json.dumps(HEALTH_CHECK))
    payload = response["Payload"].read().decode()
    if "FunctionError" in response:
        return f"the function failed: {payload}"
    match json.loads(payload):
        case {"status": "ok"}:
            return None
        case _:
            return f"unexpected response: {payload}"


def lambda_handler(event: dict[str, Any], _: object) -> None:
    """Check the new version, and report the result to CodeDeploy.

    Args:
        event: `DeploymentId` and `LifecycleEventHookExecutionId`, as CodeDeploy sends them.
    """
    try:
        problem = find_problem(os.environ["VERSION_ARN"])
    except Exception as error:  # noqa: BLE001 - CodeDeploy must get a report in any case
        problem = f"the check failed: {error}"
    if problem:
        logger.error("The new version is unhealthy and gets no traffic: %s", problem)
    boto3.client("codedeploy", config=REPORT).put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status="Failed" if problem else "Succeeded",
    )
