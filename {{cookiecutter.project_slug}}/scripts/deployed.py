"""What a deployment has made, as CloudFormation tells it."""

import boto3
from botocore.config import Config

# Longer than a health check takes, be it the first of a cold function.
TIMEOUT_SECONDS = 30
CONFIG = Config(
    connect_timeout=TIMEOUT_SECONDS,
    read_timeout=TIMEOUT_SECONDS,
    retries={"mode": "standard", "total_max_attempts": 2},
)


# What a stack is in after `poe diff`, until its first deployment.
NEVER_DEPLOYED = "REVIEW_IN_PROGRESS"


class MissingOutputError(Exception):
    """A stack lacks outputs of this version of the project, or was never deployed."""


def read_outputs(session: boto3.Session, stack: str, *names: str) -> dict[str, str]:
    """Return the outputs of `stack`.

    Args:
        session: who asks, and in which region.
        stack: the name of the stack.
        names: outputs that must be there.

    Raises:
        MissingOutputError: one of them is not, or the stack was never deployed.
    """
    (description,) = session.client("cloudformation", config=CONFIG).describe_stacks(StackName=stack)["Stacks"]
    if (status := description["StackStatus"]) == NEVER_DEPLOYED:
        message = f"the stack {stack} was never deployed"
        raise MissingOutputError(message)
    outputs = {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
    if missing := [name for name in names if name not in outputs]:
        message = f"the stack {stack} ({status}) has no output {', '.join(missing)}; deploy it again"
        raise MissingOutputError(message)
    return outputs


def in_one_line(error: Exception) -> str:
    """Return the message of `error`, on one line."""
    return " ".join(str(error).split())
