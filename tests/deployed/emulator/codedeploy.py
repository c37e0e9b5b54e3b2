"""CodeDeploy moves an alias once its pre-traffic hook has reported success; ministack 1.5.33 has no CodeDeploy."""

import json
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

from ministack import app
from ministack.core.iam_evaluator import enforce
from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import cloudformation, lambda_svc
from ministack.services.cloudformation import provisioners, stacks

# A hook that does not report is given this long after it has returned; AWS waits an hour.
REPORT_SECONDS = 1
Properties = dict[str, Any]


@dataclass
class Hook:
    """A hook's execution, which ends when the hook reports a status."""

    group: str
    deployment: str = field(default_factory=lambda: f"d-{uuid.uuid4().hex[:9].upper()}")
    execution: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "without a report"
    reported: threading.Event = field(default_factory=threading.Event)


hooks: dict[str, Hook] = {}


def fill() -> None:
    """Add the types of resources, the part of the API that hooks call, and deployments to aliases."""
    for kind, name in (("Application", "ApplicationName"), ("DeploymentGroup", "DeploymentGroupName")):
        provisioners._RESOURCE_HANDLERS[f"AWS::CodeDeploy::{kind}"] = resource(name)
    app.SERVICE_HANDLERS["codedeploy"] = handle_request
    alias = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Alias"]
    update = alias["update"]

    def deploy(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> Any:
        if old.get("FunctionVersion") != new.get("FunctionVersion"):
            run_hook(stack_name, logical_id)
        return update(physical_id, old, new, stack_name, logical_id)

    provisioners._RESOURCE_HANDLERS["AWS::Lambda::Alias"] = {**alias, "update": deploy, "update_with_logical_id": True}
    # A hook calls AWS: it must not wait for the loop that would answer.
    blocks = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda kind: kind == "AWS::Lambda::Alias" or blocks(kind)


def resource(name: str) -> dict[str, Any]:
    """Return what creates, updates and deletes a resource that consists of its `name`."""

    def create(logical_id: str, properties: Properties, stack_name: str) -> tuple[str, Properties]:
        return properties.get(name) or f"{stack_name}-{logical_id}-{uuid.uuid4().hex[:12].upper()}", {}

    return {
        "create": create,
        "update": lambda physical_id, _old, _new, _stack_name: (physical_id, {}),
        "delete": lambda _physical_id, _properties: None,
    }


def run_hook(stack_name: str, logical_id: str) -> None:
    """Invoke the pre-traffic hook of the alias `logical_id`, if it has one.

    Raises:
        ValueError: the hook did not report success; CloudFormation then rolls the stack back.
    """
    stack = cloudformation._stacks[stack_name]
    definition = stack["_template"]["Resources"].get(logical_id, {})
    policy = definition.get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate", {})
    if "BeforeAllowTrafficHook" not in policy or "ROLLBACK" in stack["StackStatus"]:
        return
    names = {key: physical_name(stack, reference) for key, reference in policy.items()}
    hook = Hook(group=f"{names['ApplicationName']}/{names['DeploymentGroupName']}")
    hooks[hook.execution] = hook
    function = lambda_svc._functions[names["BeforeAllowTrafficHook"]]
    event = {"DeploymentId": hook.deployment, "LifecycleEventHookExecutionId": hook.execution}
    lambda_svc._execute_function(function, event)
    hook.reported.wait(REPORT_SECONDS)
    if hook.status != "Succeeded":
        message = f"The deployment {hook.deployment} failed: the hook BeforeAllowTraffic ended {hook.status}"
        raise ValueError(message)


def physical_name(stack: dict[str, Any], reference: str | dict[str, str]) -> str:
    """Return the name that `reference` stands for."""
    if isinstance(reference, str):
        return reference
    name: str = stack["_resources"][reference["Ref"]]["PhysicalResourceId"]
    return name


async def handle_request(_method: str, _path: str, headers: dict[str, str], body: bytes, _query: object) -> Any:
    """Answer `PutLifecycleEventHookExecutionStatus`, if the caller may call it."""
    request = json.loads(body)
    hook = hooks.get(request.get("lifecycleEventHookExecutionId"))
    if hook is None or hook.deployment != request["deploymentId"]:
        return error_response_json("InvalidLifecycleEventHookExecutionIdException", "There is no such execution.", 400)
    group = f"arn:aws:codedeploy:{get_region()}:{get_account_id()}:deploymentgroup:{hook.group}"
    key = headers["authorization"].partition("Credential=")[2].partition("/")[0]
    action = "codedeploy:PutLifecycleEventHookExecutionStatus"
    if enforce(key, action, "codedeploy", get_region(), group) is not None:
        return error_response_json("AccessDeniedException", f"{action} is not allowed on {group}.", 403)
    hook.status = request["status"]
    hook.reported.set()
    return json_response({"lifecycleEventHookExecutionId": hook.execution})
