"""Lambda polls and sends failed events with the execution role; ministack 1.5.33 checks no permissions."""

import logging
from typing import Any

from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

from .roles import may

# By service; see "Configuring a queue" and "Configuring your execution role" in the Lambda developer guide.
POLLING = {
    "dynamodb": (
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    ),
    "kinesis": (
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
    ),
    "sqs": ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
}
KIND = "AWS::Lambda::EventSourceMapping"
logger = logging.getLogger("execution_role")


def fill() -> None:
    """Refuse a mapping that the role may not poll for, and lose a failed event that it may not keep."""
    mapping = provisioners._RESOURCE_HANDLERS[KIND]
    keep = lambda_svc._route_async_failure

    def create(logical_id: str, properties: dict[str, Any], stack_name: str) -> Any:
        function, _, _, _ = provisioners._lambda_function_for_cfn_ref(properties["FunctionName"])
        source = properties["EventSourceArn"]
        for action in POLLING[source.split(":")[2]]:
            if not may(function["config"]["Role"], action, source):
                message = f"The function execution role does not have permissions to call {action} on {source}"
                raise ValueError(message)
        return mapping["create"](logical_id, properties, stack_name)

    def keep_if_allowed(target: str, name: str, *rest: object) -> None:
        if may(lambda_svc._functions[name]["config"]["Role"], "sqs:SendMessage", target):
            keep(target, name, *rest)
        else:
            logger.warning("%s may not send to %s: the event is lost", name, target)

    provisioners._RESOURCE_HANDLERS[KIND] = {**mapping, "create": create}
    lambda_svc._route_async_failure = keep_if_allowed
