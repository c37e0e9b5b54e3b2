"""A service needs a permission to invoke a function, Scheduler its role's; ministack 1.5.33 checks neither."""

import logging
from typing import Any

from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.core.responses import get_account_id, get_region
from ministack.services import apigateway, eventbridge, lambda_svc, s3

from .roles import may

ACTION = "lambda:InvokeFunction"
# The place of a route such as `POST /orders` among what ministack hands on after the stage.
ROUTE = 5
logger = logging.getLogger("invoke_permission")


def fill() -> None:
    """Drop what may not be delivered, and refuse requests with 500, as the services do."""
    eventbridge._invoke_target = guard_target(eventbridge._invoke_target)
    s3._deliver_event_to_lambda = guard_notification(s3._deliver_event_to_lambda)
    apigateway._invoke_lambda_proxy = guard_request(apigateway._invoke_lambda_proxy)


def guard_target(invoke: Any) -> Any:
    """Return `invoke` for the targets of rules and schedules."""

    def guarded(target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], *rest: object) -> None:
        if is_allowed(target, rule["Arn"]):
            invoke(target, event, rule, *rest)

    return guarded


def guard_notification(deliver: Any) -> Any:
    """Return `deliver` for the notifications of buckets."""

    def guarded(arn: str, event: dict[str, Any], region: str) -> None:
        if permits(arn, "s3.amazonaws.com", event["Records"][0]["s3"]["bucket"]["arn"]):
            deliver(arn, event, region)

    return guarded


def guard_request(respond: Any) -> Any:
    """Return `respond` for the requests of an HTTP API."""

    async def guarded(integration: Any, api: str, stage: str, *request: Any, **more: Any) -> Any:
        route: str = request[ROUTE]
        source = f"arn:aws:execute-api:{get_region()}:{get_account_id()}:{api}/{stage}/{route.replace(' ', '')}"
        function = apigateway._extract_lambda_ref_from_integration_uri(integration["integrationUri"])
        if not permits(function, "apigateway.amazonaws.com", source):
            return 500, {"Content-Type": "application/json"}, b'{"message": "Internal Server Error"}'
        return await respond(integration, api, stage, *request, **more)

    return guarded


def is_allowed(target: dict[str, Any], source: str) -> bool:
    """Return whether the rule or schedule with the ARN `source` may invoke its target, if that is a function."""
    function: str = target["Arn"]
    if ":lambda:" not in function:
        return True
    if ":scheduler:" in source:
        return may(target["RoleArn"], ACTION, function)
    return permits(function, "events.amazonaws.com", source)


def permits(function: str, service: str, source: str) -> bool:
    """Return whether the function, version or alias with this ARN lets a service invoke it for a source."""
    record, _, name = lambda_svc._get_base_func_record_for_ref(function)
    keys = {"aws:sourcearn": source, "aws:sourceaccount": get_account_id()}
    context = EvalContext("", "AWSService", get_account_id(), ACTION, function, get_region(), service_context=keys)
    decision = evaluate_resource_policy(record["policy"], context, service=service).decision
    if decision != "Allow":
        logger.warning("%s may not invoke %s for %s", service, name, source)
    return bool(decision == "Allow")
