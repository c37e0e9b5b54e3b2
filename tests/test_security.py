"""What scanners say of the infrastructure that is deployed, and of what generated projects hold.

A finding that is accepted has its reason in the project itself, at the resource that it is about: `Metadata` with the
keys that the scanners know, `checkov` and `cdk_nag`.
"""

import itertools
import json
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from leaks import leaks, secrets
from parity import Template
from synthesis import VERSION, expand, template_of

from lambda_python_answers import NEWEST

from support import AXES, UV, Bake, pairwise, run, with_node

CHECKOV = "checkov>=3,<4"
AXES_OF_TEMPLATES = ("deploy_with", "package_as", "event_source", "idempotency")
# Which runtime it is, is an answer; the README, cfn-lint and the CDK's own check have its dates.
OF_THE_RUNTIME = {"AwsSolutions-L1", "Serverless-LambdaLatestVersion"}
SENTENCE = re.compile(r"[A-Z].{20,}\.")

CHECK_WITH_CDK_NAG = """
import sys
from pathlib import Path
from aws_cdk import App, Stack, Validations
from aws_cdk.cloudformation_include import CfnInclude
from cdk_nag import AwsSolutionsChecks, ServerlessChecks
app = App(outdir=sys.argv[2], analytics_reporting=False)
Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
for path in sorted(Path(sys.argv[1]).iterdir()):
    CfnInclude(Stack(app, path.stem), "Template", template_file=str(path))
app.synth()
"""

# What is found, or accepted: the template, the logical id of the resource, the id of the check.
Finding = tuple[str, str, str]


def accepted_by_checkov(template: Template) -> dict[tuple[str, str], str]:
    """Return the reasons for which `template` accepts findings of Checkov, by logical id and check."""
    return {
        (logical_id, skip["id"]): skip["comment"]
        for logical_id, resource in template["Resources"].items()
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
    }


def accepted_by_cdk_nag(template: Template) -> dict[tuple[str, str], str]:
    """Return the same for cdk-nag, in the form that its version 2 reads and its version 3 writes."""
    return {
        (logical_id, rule["id"]): rule["reason"]
        for logical_id, resource in template["Resources"].items()
        for rule in resource.get("Metadata", {}).get("cdk_nag", {}).get("rules_to_suppress", [])
    }


def listed(accepted: dict[str, dict[tuple[str, str], str]]) -> set[Finding]:
    """Return what the templates accept, as findings; SAM copies what a function accepts to resources that it adds."""
    every = {(name, *key) for name, reasons in accepted.items() for key in reasons}
    return {each for each in every if at_origin(each, every - {each}) == each}


def at_origin(finding: Finding, accepted: set[Finding]) -> Finding:
    """Return `finding` where it is accepted: at the resource out of which SAM has made the one that it is about."""
    name, logical_id, check = finding
    origins = (each for each in accepted if (each[0], each[2]) == (name, check) and logical_id.startswith(each[1]))
    return next(origins, finding)


def summary(findings: Iterable[Finding]) -> str:
    """Return one line for each check and resource, with the templates that have it."""
    lines: dict[str, list[str]] = {}
    for name, logical_id, check in sorted(findings):
        lines.setdefault(f"{check} on {logical_id}", []).append(name)
    return "\n".join(f"{line}: {', '.join(names)}" for line, names in sorted(lines.items()))


def write(templates: dict[str, Template], folder: Path) -> None:
    folder.mkdir()
    for name, template in templates.items():
        (folder / f"{name}.json").write_text(json.dumps(template, indent=1), encoding="utf-8")


def bare(template: Template) -> Template:
    """Return `template` without what its resources say to scanners."""
    resources = {
        name: {key: value for key, value in resource.items() if key != "Metadata"}
        for name, resource in template["Resources"].items()
    }
    return template | {"Resources": resources}


def deployed_by_sam(bake: Bake) -> dict[str, Template]:
    """Return what SAM deploys, for each source and package, with and without idempotency."""
    keys = AXES_OF_TEMPLATES[1:]
    templates = {}
    for values in itertools.product(*(AXES[key] for key in keys)):
        project = bake(deploy_with="sam", python_version=NEWEST, **dict(zip(keys, values, strict=True)))
        templates["-".join(values)] = expand(project)
        shutil.rmtree(project.path)
    return templates


@pytest.fixture(scope="module")
def templates(bake_once: Bake, node_modules: Path) -> dict[str, Template]:
    """The templates of all tools, so that each pair of answers on which they depend meets."""
    made = {}
    for answers in pairwise(*AXES_OF_TEMPLATES):
        project = bake_once(python_version=VERSION, **answers)
        made["-".join(answers.values())] = template_of(project, node_modules)
        shutil.rmtree(project.path)
    return made


def check_with_checkov(templates: dict[str, Template], folder: Path) -> set[Finding]:
    """Return what Checkov finds in `templates`."""
    write(templates, folder)
    output = folder.with_suffix(".report")
    command = [UV, "tool", "run", "--from", CHECKOV, "checkov", "--framework", "cloudformation", "--skip-download"]
    options = ["--directory", str(folder), "--output", "json", "--output-file-path", str(output), "--soft-fail"]
    run(*command, *options, cwd=folder)
    report = json.loads((output / "results_json.json").read_text(encoding="utf-8"))
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["passed"] > len(templates)
    return {
        (Path(each["file_path"]).stem, each["resource"].split(".", 1)[1], each["check_id"])
        for each in report["results"]["failed_checks"]
    }


def check_with_cdk_nag(templates: dict[str, Template], folder: Path) -> set[Finding]:
    """Return what cdk-nag finds in `templates`."""
    write(templates, folder)
    output = folder.with_suffix(".out")
    command = [sys.executable, "-c", CHECK_WITH_CDK_NAG, str(folder), str(output)]
    run(*command, cwd=folder, expect=None, PATH=with_node())
    report = json.loads((output / "validation-report.json").read_text(encoding="utf-8"))
    packs = {each["pluginName"]: each["violations"] for each in report["pluginReports"]}
    found = set()
    for violation in [*packs["AwsSolutions"], *packs["Serverless"]]:
        # A text with references is shown as JSON: what it says comes first. Elsewhere, `${…}` would be a mistake.
        rule = re.sub(r'\["([^"]+)",\{.*\}\]', r"\1", violation["ruleName"])
        rule = re.sub(r"\$\{([^}]+)\}", r"<\1>", rule)
        for construct in violation["violatingConstructs"]:
            stack, _, logical_id = construct["constructPath"].split("/")
            found.add((stack, logical_id, rule))
    return found


@pytest.mark.matrix
@pytest.mark.xdist_group("security")
def test_what_is_accepted_has_a_reason(templates: dict[str, Template], bake: Bake) -> None:
    for template in [*templates.values(), *deployed_by_sam(bake).values()]:
        reasons = accepted_by_checkov(template) | accepted_by_cdk_nag(template)
        assert {key: reason for key, reason in reasons.items() if not SENTENCE.fullmatch(reason)} == {}


@pytest.mark.matrix
@pytest.mark.xdist_group("security")
def test_checkov_finds_nothing(templates: dict[str, Template], tmp_path: Path) -> None:
    found = check_with_checkov(templates, tmp_path / "templates")
    assert not found, summary(found)


@pytest.mark.matrix
@pytest.mark.xdist_group("security")
def test_what_is_accepted_of_checkov_would_be_found(templates: dict[str, Template], tmp_path: Path) -> None:
    accepted = listed({name: accepted_by_checkov(template) for name, template in templates.items()})
    found = check_with_checkov({name: bare(template) for name, template in templates.items()}, tmp_path / "templates")
    assert not accepted - found, summary(accepted - found)


@pytest.mark.matrix
@pytest.mark.xdist_group("security")
def test_cdk_nag_finds_what_is_accepted_in_what_sam_deploys(bake: Bake, tmp_path: Path) -> None:
    deployed = deployed_by_sam(bake)
    accepted = listed({name: accepted_by_cdk_nag(template) for name, template in deployed.items()})
    found = check_with_cdk_nag(deployed, tmp_path / "templates")
    found = {at_origin(each, accepted) for each in found if each[2] not in OF_THE_RUNTIME}
    assert not found - accepted, summary(found - accepted)
    assert not accepted - found, summary(accepted - found)


@pytest.mark.parametrize(
    "deploy_with",
    [pytest.param(each, marks=[] if each == "sam" else pytest.mark.matrix) for each in AXES["deploy_with"]],
)
def test_no_file_of_a_project_holds_a_secret(bake: Bake, deploy_with: str) -> None:
    for answers in pairwise(*AXES_OF_TEMPLATES, "ci"):
        if answers["deploy_with"] == deploy_with:
            project = bake(**answers)
            assert secrets(project.path) == []
            assert {name: found for name, text in project.files().items() if (found := leaks(text))} == {}
            shutil.rmtree(project.path)


def test_what_leaks_is_seen(tmp_path: Path) -> None:
    account, address, key = "1234" * 3, "someone@corp.io", "AKIA" + "ABCDEFGH" * 2
    assert leaks(f"arn:aws:iam::{account}:role/x, {address}, 123456789012, a@b.example.com") == [account, address]
    (tmp_path / "file").write_text(f"key = {key}\n", encoding="utf-8")
    assert [each.rpartition(": ")[2] for each in secrets(tmp_path)] == ["AWS Access Key"]
