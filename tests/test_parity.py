"""SAM and the CDK, in both languages, deploy the same."""

import difflib
import itertools
import json
import shutil
from pathlib import Path
from typing import Any

import cfnlint.api
import pytest

from helpers.parity import model_of
from helpers.sources import expected, has_queue
from helpers.support import AXES, Answers, Bake, Project
from helpers.synthesis import STAGES, VERSION, templates_of

# The logical ids of what holds data, with SAM and with the CDK: another id would be another, empty resource.
KEPT = ("AWS::DynamoDB::Table", "AWS::Logs::LogGroup", "AWS::S3::Bucket", "AWS::SQS::Queue")
FOR_ALL = {
    "sam": {"FunctionLogGroup", "PreTrafficLogGroup"},
    "cdk": {"ServiceLogGroupB910EE76", "ReleasePreTrafficHookLogGroupA6E7DBCA"},
}
TABLE = {"sam": {"IdempotencyTable"}, "cdk": {"IdempotencyTableE9369C9C"}}

# How a stage of the CDK is stopped; with SAM, by a parameter.
STOPPED = {
    "cdk-python": ("infra/stages.py", 'name="prod",', 'name="prod", processing=False,'),
    "cdk-typescript": ("infra/stages.ts", "name: 'prod',", "name: 'prod', processing: false,"),
}


def kept(answers: Answers) -> set[str]:
    """Return the logical ids of what holds data in projects with these answers."""
    tool = answers["deploy_with"].partition("-")[0]
    source = expected(answers["event_source"])["kept"]
    every = [FOR_ALL, source, *([TABLE] if answers["idempotency"] == "true" else [])]
    return set().union(*(each[tool] for each in every))


def cases() -> list[object]:
    """Return each event source with and without idempotency: the first in the quick tests."""
    every = [(source, idempotency) for source in AXES["event_source"] for idempotency in AXES["idempotency"]]
    return [pytest.param(*case, marks=[pytest.mark.matrix] if number else []) for number, case in enumerate(every)]


@pytest.mark.parametrize(("event_source", "idempotency"), cases())
def test_three_tools_deploy_the_same(bake: Bake, node_modules: Path, event_source: str, idempotency: str) -> None:
    models: dict[tuple[str, str, str], dict[str, Any]] = {}
    for package_as, deploy_with in itertools.product(AXES["package_as"], AXES["deploy_with"]):
        project = bake(
            deploy_with=deploy_with,
            package_as=package_as,
            event_source=event_source,
            idempotency=idempotency,
            python_version=VERSION,
        )
        for stage, template in templates_with_a_stop(project, node_modules).items():
            if deploy_with != "sam" or stage == STAGES[0]:  # SAM has one template for both
                assert lint(template) == []
            resources = template["Resources"].items()
            assert {name for name, each in resources if each["Type"] in KEPT} == kept(project.answers)
            models[stage, package_as, deploy_with] = model_of(template, f"{project.path.name}-{stage}")
        shutil.rmtree(project.path)
    for (stage, package_as, deploy_with), model in models.items():
        compare(models[stage, package_as, "sam"], model, deploy_with)
    for stage in STAGES:
        package, image = (without_package(models[stage, package_as, "sam"]) for package_as in AXES["package_as"])
        compare(package, image, "container")


def templates_with_a_stop(project: Project, node_modules: Path) -> dict[str, dict[str, Any]]:
    """Return the template of each stage; the last has processing disabled, so that both values are compared."""
    if has_queue(project.answers["event_source"]) and project.answers["deploy_with"] in STOPPED:
        path, stage, stopped = STOPPED[project.answers["deploy_with"]]
        file = project.path / path
        file.write_text(file.read_text(encoding="utf-8").replace(stage, stopped), encoding="utf-8")
    templates = templates_of(project, node_modules)
    if "Processing" in templates[STAGES[-1]].get("Parameters", {}):
        templates[STAGES[-1]]["Parameters"]["Processing"]["Default"] = "disabled"
    return templates


def lint(template: dict[str, Any]) -> list[str]:
    """Return the findings of cfn-lint, without the checks that the metadata of `template` skips."""
    return [str(match) for match in cfnlint.api.lint(json.dumps(template))]


def without_package(model: dict[str, Any]) -> dict[str, Any]:
    """Return `model` without what differs between a zip archive and an image."""
    functions = {
        name: {key: value for key, value in each.items() if key not in {"Handler", "PackageType", "Runtime"}}
        for name, each in model["functions"].items()
    }
    return model | {"functions": functions}


def compare(expected: dict[str, Any], model: dict[str, Any], name: str) -> None:
    difference = "\n".join(difflib.unified_diff(lines(expected), lines(model), "expected", name, lineterm=""))
    assert not difference, difference


def lines(model: dict[str, Any]) -> list[str]:
    return json.dumps(model, indent=1, sort_keys=True).splitlines()
