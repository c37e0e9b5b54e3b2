"""What SAM does with a generated template, also with what a user adds to it."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import tomli

from lambda_python_answers import NEWEST

from helpers.edits_sam import REPORT
from helpers.support import AXES, Bake, Project, run
from helpers.synthesis import expand

STAGES = ["dev", "prod"]
# The condition keys that each service sends, as its page says; a key that it does not send would deny everything.
SENT = {
    "cloudwatch.amazonaws.com": {"aws:SourceAccount"},
    "codedeploy.amazonaws.com": {"aws:SourceAccount"},
    "events.amazonaws.com": {"aws:SourceArn"},
    "lambda.amazonaws.com": set(),
    "s3.amazonaws.com": {"aws:SourceAccount", "aws:SourceArn"},
    "scheduler.amazonaws.com": {"aws:SourceAccount"},
    "sns.amazonaws.com": {"aws:SourceArn"},
}
# A function with a policy, for the role that SAM generates.
ALLOWED_REPORT = f"""{REPORT.rstrip()}
      Policies:
        - Statement:
            - Effect: Allow
              Action: sqs:SendMessage
              Resource: !Sub arn:${{AWS::Partition}}:sqs:${{AWS::Region}}:${{AWS::AccountId}}:reports
"""


def add(project: Project, before: str, text: str) -> None:
    """Insert `text` into the project's template, before the line that begins with `before`."""
    path = project.path / "template.yaml"
    head, found, tail = path.read_text(encoding="utf-8").partition(f"\n{before}")
    assert found
    path.write_text(head + text + found + tail, encoding="utf-8", newline="\n")


def parameters_of(project: Project) -> dict[str, dict[str, str]]:
    """Return the parameters that `samconfig.toml` sets for each stage."""
    config = tomli.loads((project.path / "samconfig.toml").read_text(encoding="utf-8"))
    overrides = {stage: config[stage]["deploy"]["parameters"]["parameter_overrides"] for stage in STAGES}
    return {stage: {name: str(value) for name, value in each.items()} for stage, each in overrides.items()}


def role_of(template: dict[str, Any], function: str) -> dict[str, Any]:
    resources = template["Resources"]
    logical_id, _ = resources[function]["Properties"]["Role"]["Fn::GetAtt"]
    role: dict[str, Any] = resources[logical_id]["Properties"]
    return role


def statements(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON
    """Yield the policy statements in `value`."""
    if isinstance(value, dict) and "Effect" in value:
        yield value
    elif isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from statements(each)


@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_conditions_on_services_name_the_page(bake: Bake, event_source: str) -> None:
    project = bake(deploy_with="sam", event_source=event_source)
    lines = project.files()["template.yaml"].splitlines()
    for statement in statements(expand(project)["Resources"]):
        match statement.get("Principal"):
            case {"Service": str(service)}:
                conditions = statement.get("Condition", {}).values()
                assert {key for each in conditions for key in each} == SENT[service], service
    for number, line in enumerate(lines):
        if "Condition: {" in line and "aws:Source" in line:
            assert any("# https://docs.aws.amazon.com/" in each for each in lines[number - 6 : number]), line


@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_samconfig_sets_the_defaults_of_each_stage(bake: Bake, event_source: str) -> None:
    project = bake(deploy_with="sam", event_source=event_source, python_version=NEWEST)
    parameters = expand(project)["Parameters"]
    defaults = {name: str(each["Default"]) for name, each in parameters.items()}
    assert parameters_of(project) == {stage: defaults | {"Stage": stage} for stage in STAGES}


@pytest.mark.parametrize("key", ["Policies", "PermissionsBoundary", "RolePath"])
def test_validate_refuses_what_sam_would_drop(bake: Bake, key: str) -> None:
    project = bake(deploy_with="sam")
    value = "[SQSSendMessagePolicy: { QueueName: reports }]" if key == "Policies" else "/reports/"
    add(project, "      Role: !GetAtt FunctionRole.Arn", f"\n      {key}: {value}")
    done = run(sys.executable, "-m", "scripts.validate", cwd=project.path, expect=1)
    assert f"validate: Function: SAM ignores {key} beside Role; change the role instead" in done.output


def test_added_function_gets_policies_boundary_and_key(bake: Bake) -> None:
    project = bake(deploy_with="sam", event_source="sqs")
    add(project, "Outputs:", ALLOWED_REPORT)
    template = expand(project)
    role = role_of(template, "Report")
    (policy,) = role["Policies"]
    assert policy["PolicyDocument"]["Statement"][0]["Action"] == "sqs:SendMessage"
    assert role["PermissionsBoundary"] == role_of(template, "Function")["PermissionsBoundary"]
    assert role["Path"] == role_of(template, "Function")["Path"]
    report, function = (template["Resources"][name]["Properties"] for name in ("Report", "Function"))
    shared = ("Architectures", "KmsKeyArn", "TracingConfig")
    assert {key: report[key] for key in shared} == {key: function[key] for key in shared}


@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_template_has_no_seam(bake: Bake, event_source: str) -> None:
    for idempotency in AXES["idempotency"]:
        project = bake(deploy_with="sam", event_source=event_source, idempotency=idempotency, python_version=NEWEST)
        lines = project.files()["template.yaml"].splitlines()
        assert [line for line in lines if line.strip().startswith(",")] == []
        for number, line in enumerate(lines[:-1]):
            assert line or lines[number + 1], f"two blank lines from line {number + 1} on"
            folded = line.endswith(">-") and not lines[number + 1].strip()
            assert not folded, f"a blank line in a text: line {number + 2}"
        body = expand(project)["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"][0]
        assert json.loads(body)["widgets"]
