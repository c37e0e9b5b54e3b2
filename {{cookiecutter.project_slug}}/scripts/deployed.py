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


class MissingOutputError(Exception):
    """A stack lacks outputs that this version of the project makes."""


def read_outputs(session: boto3.Session, stack: str, *names: str) -> dict[str, str]:
    """Return the outputs of `stack`.

    Args:
        session: who asks, and in which region.
        stack: the name of the stack.
        names: outputs that must be there.

    Raises:
        MissingOutputError: one of them is not.
    """
    (description,) = session.client("cloudformation", config=CONFIG).describe_stacks(StackName=stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
    if missing := [name for name in names if name not in outputs]:
        message = f"the stack {stack} has no output {', '.join(missing)}; deploy it anew"
        raise MissingOutputError(message)
    return outputs


def in_one_line(error: Exception) -> str:
    """Return the message of `error`, on one line."""
    return " ".join(str(error).split())
