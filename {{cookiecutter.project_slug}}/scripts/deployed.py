"""Read what a deployment has created from CloudFormation."""

import boto3
from botocore.config import Config

# Longer than a health check takes, even at a cold start.
TIMEOUT_SECONDS = 30
CONFIG = Config(
    connect_timeout=TIMEOUT_SECONDS,
    read_timeout=TIMEOUT_SECONDS,
    retries={"mode": "standard", "total_max_attempts": 2},
)
# What the status of a stack without outputs means; the first is that of a stack with a change set only.
WITHOUT_OUTPUTS = {
    "REVIEW_IN_PROGRESS": "was never deployed",
    "ROLLBACK_COMPLETE": "failed in its first deployment; destroy it, then deploy it again",
}


class MissingOutputError(Exception):
    """A stack lacks outputs of this version of the project, or was never deployed successfully."""


def read_outputs(session: boto3.Session, stack: str, *names: str) -> dict[str, str]:
    """Return the outputs of `stack`.

    Args:
        session: with credentials and a region.
        stack: the name of the stack.
        names: the outputs that it must have.

    Raises:
        MissingOutputError: an output is missing, or the stack was never deployed successfully.
    """
    (description,) = session.client("cloudformation", config=CONFIG).describe_stacks(StackName=stack)["Stacks"]
    if reason := WITHOUT_OUTPUTS.get(status := description["StackStatus"]):
        message = f"the stack {stack} {reason}"
        raise MissingOutputError(message)
    outputs = {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
    if missing := [name for name in names if name not in outputs]:
        message = f"the stack {stack} ({status}) has no output {', '.join(missing)}; deploy it again"
        raise MissingOutputError(message)
    return outputs


def in_one_line(error: Exception) -> str:
    """Return the message of `error`, on one line."""
    return " ".join(str(error).split())
