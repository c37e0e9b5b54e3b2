"""SAM and the CDK, in both languages, deploy the same."""

import difflib
import itertools
import json
from typing import Any

import pytest

from helpers.parity import model_of
from helpers.sources import expected
from helpers.support import AXES, LONGEST_SLUG, Answers
from helpers.synthesis import STAGES, TABLES, Synthesize, lint

# The logical ids of what holds data, with SAM and with the CDK: another id would be another, empty resource.
KEPT = ("AWS::DynamoDB::Table", "AWS::Kinesis::Stream", "AWS::Logs::LogGroup", "AWS::S3::Bucket", "AWS::SQS::Queue")
FOR_ALL = {
    "sam": {"FunctionLogGroup", "PreTrafficLogGroup"},
    "cdk": {"ServiceLogGroupB910EE76", "ReleasePreTrafficHookLogGroupA6E7DBCA"},
}
IDEMPOTENCY = {"sam": {"IdempotencyTable"}, "cdk": {"IdempotencyTableE9369C9C"}}
STORAGE = {"sam": {"OrdersTable"}, "cdk": {"OrdersTableD407578C"}}

# The stage of an HTTP API has another id in each language of the CDK, and other spaces in the format of its access log.
STAGE = "AWS::ApiGatewayV2::Stage"
# What differs with the stage does not depend on the package.
LINTED = set(zip(STAGES, AXES["package_as"], strict=True))


def kept(answers: Answers) -> set[str]:
    """Return the logical ids of what holds data in projects with these answers."""
    tool = answers["deploy_with"].partition("-")[0]
    source = expected(answers["event_source"])["kept"]
    every = [FOR_ALL, source]
    every += [IDEMPOTENCY] if answers["idempotency"] == "true" else []
    every += [STORAGE] if answers["storage"] == "dynamodb" else []
    return set().union(*(each[tool] for each in every))


def name_of(tables: Answers) -> str:
    return "-".join(tables.values())


@pytest.mark.matrix
@pytest.mark.xdist_group("synthesis")
@pytest.mark.parametrize("tables", TABLES, ids=name_of)
def test_three_tools_deploy_the_same(synthesize: Synthesize, tables: Answers) -> None:
    models: dict[tuple[str, str, str], dict[str, Any]] = {}
    for package_as, deploy_with in itertools.product(AXES["package_as"], AXES["deploy_with"]):
        answers = {"deploy_with": deploy_with, "package_as": package_as, **tables}
        for stage, template in synthesize(**answers).items():
            if (stage, package_as) in LINTED:
                assert lint(json.dumps(template)) == []
            resources = template["Resources"].items()
            assert {name for name, each in resources if each["Type"] in KEPT} == kept(answers)
            models[stage, package_as, deploy_with] = model_of(template, f"{LONGEST_SLUG}-{stage}")
    for (stage, package_as, deploy_with), model in models.items():
        compare(models[stage, package_as, "sam"], model, deploy_with)
    for stage in STAGES:
        package, image = (without_package(models[stage, package_as, "sam"]) for package_as in AXES["package_as"])
        compare(package, image, "container")


@pytest.mark.xdist_group("synthesis")
@pytest.mark.matrix
@pytest.mark.parametrize("tables", TABLES, ids=name_of)
def test_both_languages_synthesize_the_same(synthesize: Synthesize, tables: Answers) -> None:
    with_python = synthesize(deploy_with="cdk-python", package_as="zip", **tables)
    with_typescript = synthesize(deploy_with="cdk-typescript", package_as="zip", **tables)
    for stage in STAGES:
        compare(without_spelling(with_python[stage]), without_spelling(with_typescript[stage]), stage)


def without_spelling(template: dict[str, Any]) -> dict[str, Any]:
    """Return `template` with one spelling of what each language writes in its own way."""
    text = json.dumps(template)
    for name, each in template["Resources"].items():
        if each["Type"] == STAGE:
            log_format = each["Properties"]["AccessLogSettings"]["Format"]
            text = text.replace(f'"{name}"', '"Stage"').replace(json.dumps(log_format), log_format)
    same: dict[str, Any] = json.loads(text)
    return same


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
