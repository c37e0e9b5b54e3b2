"""Checks a new version of the function before it gets traffic; CodeDeploy invokes this when a release begins."""

import json
import logging
import os
from typing import Any

import boto3

HEALTH_CHECK = {"health_check": True}

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)


def problem_of(version_arn: str) -> str | None:
    """Return what is wrong with the version of the function at `version_arn`, or None if it answers as it should."""
    answer = boto3.client("lambda").invoke(FunctionName=version_arn, Payload=json.dumps(HEALTH_CHECK))
    text = answer["Payload"].read().decode()
    if "FunctionError" in answer:
        return f"it fails: {text}"
    match json.loads(text):
        case {"status": "ok"}:
            return None
        case _:
            return f"it answers {text}"


def lambda_handler(event: dict[str, Any], _: object) -> None:
    """Invoke the new version, and tell CodeDeploy whether it may have traffic.

    Args:
        event: `DeploymentId` and `LifecycleEventHookExecutionId`, as CodeDeploy sends them to a hook.
    """
    try:
        problem = problem_of(os.environ["VERSION_ARN"])
    except Exception as error:  # noqa: BLE001 - whatever it is, CodeDeploy must hear of it, or the release waits an hour
        problem = f"it cannot be checked: {error}"
    if problem:
        logger.error("The new version gets no traffic: %s", problem)
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status="Failed" if problem else "Succeeded",
    )
