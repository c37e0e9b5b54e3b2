"""The role of a pipeline may do what the project's stack needs, for one repository and one stage, and nothing else."""

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
import tomli
import yaml
from synthesis import expand

from support import AXES, LONGEST_SLUG, Bake, run, tool

# The prefix of a service's actions, if it differs from the name in its resource types.
PREFIXES = {"ApiGatewayV2": "apigateway"}
# Services that SAM uses: a bucket, and stacks.
TOOL = {"cloudformation", "s3"}
STAGES = ["dev", "prod"]
INLINE_POLICIES_MAX = 10_240
SUBJECTS = {
    "github": ("token.actions.githubusercontent.com", "repo:${Repository}:environment:${Stage}"),
    "gitlab": ("gitlab.com", "project_path:${Repository}:ref_type:branch:ref:main"),
}


class Loader(yaml.SafeLoader):
    """Reads YAML with CloudFormation's short forms, whose value it keeps."""


def construct(loader: Loader, _: str, node: yaml.Node) -> Any:  # noqa: ANN401 - any YAML
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    assert isinstance(node, yaml.SequenceNode)
    return loader.construct_sequence(node, deep=True)


Loader.add_multi_constructor("!", construct)


def role(text: str) -> dict[str, Any]:
    properties: dict[str, Any] = yaml.load(text, Loader)["Resources"]["DeployRole"]["Properties"]  # noqa: S506 - derived from the safe loader
    return properties


def statements(properties: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for policy in properties["Policies"] for each in policy["PolicyDocument"]["Statement"]]


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def services(properties: dict[str, Any]) -> set[str]:
    return {action.partition(":")[0] for each in statements(properties) for action in listed(each["Action"])}


@pytest.mark.parametrize("package_as", AXES["package_as"])
@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_role_uses_the_services_of_the_stack(bake: Bake, event_source: str, package_as: str) -> None:
    for idempotency in AXES["idempotency"]:
        project = bake(
            deploy_with="sam",
            event_source=event_source,
            package_as=package_as,
            idempotency=idempotency,
            ci="github",
            python_version=AXES["python_version"][-1],
        )
        properties = role(project.files()["deploy-role.yaml"])
        types = {resource["Type"].split("::")[1] for resource in expand(project)["Resources"].values()}
        used = {PREFIXES.get(name, name.lower()) for name in types}
        needed = used | TOOL
        needed |= {"ecr"} if package_as == "container" else set()
        needed |= {"execute-api"} if event_source == "http-api" else set()
        assert services(properties) == needed
        assert len(json.dumps(properties["Policies"], separators=(",", ":"))) < INLINE_POLICIES_MAX


def test_uploads_are_limited_to_the_stage(bake: Bake) -> None:
    files = bake(deploy_with="sam", project_slug="orders", ci="github").files()
    (upload,) = (each for each in statements(role(files["deploy-role.yaml"])) if each["Sid"] == "UploadArtifacts")
    assert upload["Resource"].endswith("/orders-${Stage}/*")
    stages = tomli.loads(files["samconfig.toml"])
    assert [stages[stage]["deploy"]["parameters"]["s3_prefix"] for stage in STAGES] == ["orders-dev", "orders-prod"]


@pytest.mark.parametrize("deploy_with", ["cdk-python", "cdk-typescript"])
@pytest.mark.parametrize(("event_source", "smoke"), [("http-api", "execute-api"), ("sqs", "lambda")])
def test_cdk_role_assumes_bootstrap_roles(bake: Bake, deploy_with: str, event_source: str, smoke: str) -> None:
    properties = role(bake(deploy_with=deploy_with, event_source=event_source).files()["deploy-role.yaml"])
    assert services(properties) == {"sts", "cloudformation", smoke}


@pytest.mark.parametrize(("ci", "deploy_with"), list(itertools.product(SUBJECTS, AXES["deploy_with"])))
def test_only_the_repository_assumes_role(bake: Bake, ci: str, deploy_with: str) -> None:
    (trust,) = role(bake(ci=ci, deploy_with=deploy_with).files()["deploy-role.yaml"])["AssumeRolePolicyDocument"][
        "Statement"
    ]
    issuer, subject = SUBJECTS[ci]
    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert trust["Condition"] == {"StringEquals": {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": subject}}


@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_role_grants_no_wildcard_actions(bake: Bake, event_source: str) -> None:
    text = bake(deploy_with="sam", event_source=event_source, ci="github").files()["deploy-role.yaml"]
    for each in statements(role(text)):
        assert not [action for action in listed(each["Action"]) if "*" in action]
        if "*" in listed(each["Resource"]) and each["Sid"] != "ReadTemplates":
            assert each["Condition"]["ForAnyValue:StringEquals"] == {"aws:CalledVia": "cloudformation.amazonaws.com"}
    (passing,) = (each for each in statements(role(text)) if each["Action"] == "iam:PassRole")
    assert passing["Condition"]["StringEquals"]["iam:PassedToService"]


@pytest.mark.parametrize("slug", ["a", LONGEST_SLUG])
def test_cfn_lint_accepts_the_role(bake: Bake, tmp_path: Path, slug: str) -> None:
    roles = tmp_path / "roles"
    roles.mkdir()
    cases = list(itertools.product(SUBJECTS, ["sam", "cdk-python"], AXES["event_source"]))
    for (ci, deploy_with, event_source), package_as in zip(cases, itertools.cycle(AXES["package_as"])):
        project = bake(
            ci=ci,
            deploy_with=deploy_with,
            project_slug=slug,
            event_source=event_source,
            package_as=package_as,
            idempotency="true",
        )
        text = project.files()["deploy-role.yaml"]
        (roles / f"{ci}-{deploy_with}-{event_source}.yaml").write_text(text, encoding="utf-8")
    run(tool("cfn-lint"), "--regions", "eu-central-1", "--", *sorted(roles.iterdir()), cwd=roles)


def test_repository_pattern_matches_tokens(bake: Bake) -> None:
    accepted = {
        "github": ["octo-org/octo.repo", "octo-org@123456/octo-repo@456789"],
        "gitlab": ["group/project", "group/sub.group/project"],
    }
    refused = ["name", "org/*", "org/name:environment:prod", "https://example.com/org/name"]
    for ci, names in accepted.items():
        parameters = yaml.load(bake(ci=ci).files()["deploy-role.yaml"], Loader)["Parameters"]  # noqa: S506 - as above
        pattern = parameters["Repository"]["AllowedPattern"]
        assert [name for name in names if not re.fullmatch(pattern, name)] == []
        assert [name for name in refused if re.fullmatch(pattern, name)] == []
