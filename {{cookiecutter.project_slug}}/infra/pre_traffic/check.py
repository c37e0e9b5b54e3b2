"""Pre-traffic hook: checks that a new version of the function is healthy, before CodeDeploy shifts traffic to it."""

import json
import logging
import os
from typing import Any

import boto3

HEALTH_CHECK = {"health_check": True}

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)


def find_problem(version_arn: str) -> str | None:
    """Invoke the function version with a health check; return what is wrong with it, or None if it is healthy."""
    response = boto3.client("lambda").invoke(FunctionName=version_arn, Payload=json.dumps(HEALTH_CHECK))
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
    except Exception as error:  # noqa: BLE001 - without a report, the deployment would wait for an hour
        problem = f"the check failed: {error}"
    if problem:
        logger.error("The new version is unhealthy and gets no traffic: %s", problem)
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status="Failed" if problem else "Succeeded",
    )
