"""What every tool deploys keeps rules of AWS that no linter knows."""

import itertools
import json
import re
from typing import Any

import pytest

from helpers.names import NAMED, Stack
from helpers.support import AXES, LONGEST_SLUG
from helpers.synthesis import Synthesize

# These name a version or an alias in a text that Lambda does not look up.
NOT_LOOKED_UP = {"AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::IAM::Policy", "AWS::IAM::Role"}
PUBLISHED = {"AWS::Lambda::Alias", "AWS::Lambda::Version"}
QUALIFIED = re.compile(r":(live|\$LATEST|[0-9]+)(?![\w:-])")

Template = dict[str, Any]


def cases() -> list[object]:
    """Return each tool with each event source; the quick tests synthesize one stack of the CDK."""
    every = itertools.product(AXES["deploy_with"], AXES["event_source"])
    slow = [pytest.mark.matrix]
    return [pytest.param(*case, marks=[] if "sam" in case or case == ("cdk-python", "s3") else slow) for case in every]


def referenced(value: object) -> set[str]:
    """Return the names that `value` refers to: those of resources, and others."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), _]}:
            return {name}
        case {"Fn::Sub": [str(text), dict(variables)]}:
            return set(re.findall(r"\$\{([\w:]+)", text)) | referenced(variables)
        case {"Fn::Sub": str(text)}:
            return set(re.findall(r"\$\{([\w:]+)", text))
        case dict():
            return set().union(*map(referenced, value.values()))
        case list():
            return set().union(*map(referenced, value))
    return set()


def awaited(template: Template, logical_id: str) -> set[str]:
    """Return the resources that exist before CloudFormation makes `logical_id`."""
    found: set[str] = set()
    waiting = [logical_id]
    while waiting:
        resource = template["Resources"][waiting.pop()]
        named = resource.get("DependsOn", [])
        direct = referenced(resource.get("Properties", {})) | ({named} if isinstance(named, str) else set(named))
        new = (direct & template["Resources"].keys()) - found
        found |= new
        waiting += new
    return found


def names_a_version(value: object) -> bool:
    """Return whether `value` names a version or an alias of a function in a text, and not by reference."""
    match value:
        case {"Qualifier": str()}:
            return True
        case dict():
            return any(map(names_a_version, value.values()))
        case list():
            return any(map(names_a_version, value))
        case str():
            return QUALIFIED.search(value) is not None
    return False


def premature(template: Template) -> list[str]:
    """Return the resources that name a version or an alias, and may be made before one exists."""
    kinds = {logical_id: resource["Type"] for logical_id, resource in template["Resources"].items()}
    return [
        logical_id
        for logical_id, resource in template["Resources"].items()
        if kinds[logical_id] not in NOT_LOOKED_UP | PUBLISHED
        and names_a_version(resource.get("Properties", {}))
        and not {kinds[each] for each in awaited(template, logical_id)} & PUBLISHED
    ]


def names_too_long(stack: Stack) -> list[str]:
    """Return the names that exceed their limit; those that CloudFormation makes never do."""
    resources = stack.template["Resources"].items()
    limits = {logical_id: NAMED[each["Type"]][1] for logical_id, each in resources if each["Type"] in NAMED}
    names = {logical_id: stack.physical_name(logical_id) for logical_id in limits}
    return [name for logical_id, name in names.items() if len(name) > limits[logical_id]]


def metrics_without_graph(template: Template) -> set[str]:
    """Return the metrics that have an alarm, and no graph on the dashboard."""
    resources = template["Resources"].values()
    dashboards = json.dumps([each for each in resources if each["Type"] == "AWS::CloudWatch::Dashboard"])
    alarms = json.dumps([each for each in resources if each["Type"] == "AWS::CloudWatch::Alarm"])
    return {metric for metric in re.findall(r'"MetricName": "([^"]+)"', alarms) if metric not in dashboards}


@pytest.mark.xdist_group("synthesis")
@pytest.mark.parametrize(("deploy_with", "event_source"), cases())
def test_stacks_keep_the_rules(synthesize: Synthesize, deploy_with: str, event_source: str) -> None:
    answers = {"deploy_with": deploy_with, "event_source": event_source}
    templates = synthesize(**answers, package_as="zip", storage="dynamodb", idempotency="true")
    for stage, template in templates.items():
        assert premature(template) == []
        assert metrics_without_graph(template) == set()
        assert names_too_long(Stack(f"{LONGEST_SLUG}-{stage}", template, {"Stage": stage})) == []


@pytest.mark.parametrize(
    "properties",
    [
        {"FunctionName": {"Ref": "Function"}, "Qualifier": "live"},
        {"FunctionName": {"Fn::Sub": "${Function}:live"}},
        {"FunctionName": {"Fn::Join": ["", [{"Fn::GetAtt": ["Function", "Arn"]}, ":live"]]}},
        {"FunctionName": {"Fn::Join": [":", [{"Ref": "Function"}, "7"]]}, "Qualifier": "7"},
    ],
)
def test_name_of_an_alias_needs_a_dependency(properties: dict[str, Any]) -> None:
    alias = {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "Function"}, "Name": "live"}}
    config = {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": properties}
    resources = {"Function": {"Type": "AWS::Lambda::Function"}, "Alias": alias, "Config": config}
    assert premature({"Resources": resources}) == ["Config"]
    config["DependsOn"] = "Alias"
    assert premature(json.loads(json.dumps({"Resources": resources}))) == []
