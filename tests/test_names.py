"""Names that AWS limits have the stage in them, however long the slug: CloudFormation would shorten longer ones."""

import re
from typing import Any

import pytest

from helpers.support import AXES, LONGEST_SLUG, Bake
from helpers.synthesis import expand

# The property that holds the name, and the limit, by resource type.
LIMITS = {
    "AWS::CodeDeploy::Application": ("ApplicationName", 100),
    "AWS::CodeDeploy::DeploymentGroup": ("DeploymentGroupName", 100),
    "AWS::Events::Rule": ("Name", 64),
    "AWS::Lambda::Function": ("FunctionName", 64),
    "AWS::S3::Bucket": ("BucketName", 63),
    "AWS::SQS::Queue": ("QueueName", 80),
    "AWS::Scheduler::Schedule": ("Name", 64),
    "AWS::Scheduler::ScheduleGroup": ("Name", 64),
}
# CloudFormation ends a name that it generates with a hyphen and these.
RANDOM = 13
STACK_ID = "arn:aws:cloudformation:eu-central-1:123456789012:stack/{}/1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d"


def resolve(value: Any, known: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
    """Return `value` without intrinsic functions."""
    match value:
        case {"Ref": name}:
            return known[name]
        case {"Fn::Select": [place, items]}:
            return resolve(items, known)[place]
        case {"Fn::Split": [separator, text]}:
            return resolve(text, known).split(separator)
        case {"Fn::Sub": [text, variables]}:
            return resolve({"Fn::Sub": text}, known | {name: resolve(each, known) for name, each in variables.items()})
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([\w:]+)\}", lambda found: known[found[1]], text)
    return value


@pytest.mark.parametrize("stage", ["dev", "prod"])
@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_longest_names_are_of_one_stage(bake: Bake, event_source: str, stage: str) -> None:
    stack = f"{LONGEST_SLUG}-{stage}"
    known = {"AWS::StackName": stack, "AWS::StackId": STACK_ID.format(stack), "Stage": stage}
    project = bake(project_slug=LONGEST_SLUG, event_source=event_source, deploy_with="sam", idempotency="true")
    resources = expand(project)["Resources"]
    for logical_id, resource in resources.items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::IAM::Role":
            assert resolve(properties["Path"], known) == f"/{LONGEST_SLUG}/{stage}/", logical_id
        if resource["Type"] in LIMITS:
            key, limit = LIMITS[resource["Type"]]
            name = resolve(properties[key], known) if key in properties else f"{stack}-{logical_id}-{'x' * RANDOM}"
            assert name == stack or name.startswith(f"{stack}-"), logical_id
            assert len(name) <= limit, f"{logical_id}: {name}"


def test_access_logs_and_alarms_are_of_one_stage(bake: Bake) -> None:
    resources = expand(bake(project_slug=LONGEST_SLUG, event_source="http-api", deploy_with="sam"))["Resources"]
    known = {"AWS::StackName": "x-prod", "AWS::StackId": STACK_ID.format("x-prod"), "Stage": "prod"}
    log_group = resources["ApiLogGroup"]["Properties"]["LogGroupName"]
    assert resolve(log_group, known) == f"/aws/vendedlogs/apis/{LONGEST_SLUG}-prod-1e2f3a4b5c6d"
    assert resolve(resources["ServerErrorsAlarm"]["Properties"]["AlarmName"], known) == "x-prod-server-errors"
