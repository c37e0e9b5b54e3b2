"""What scanners say of the infrastructure that is deployed, and of what generated projects hold.

Accepted findings have a reason, in `helpers/accepted.py`; those of cdk-nag with the CDK, in the project.
"""

import itertools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from helpers.accepted import Accepted, accepted_by_cdk_nag, accepted_by_checkov
from helpers.leaks import leaks, secrets
from helpers.resolution import Template
from helpers.rows import STACKS
from helpers.support import AXES, UV, Answers, Bake, run
from helpers.synthesis import TABLES, Synthesize, in_python

CHECKOV = "checkov>=3,<4"
# Which runtime it is, is an answer; the README, cfn-lint and the CDK's own check have its dates.
OF_THE_RUNTIME = {"AwsSolutions-L1", "Serverless-LambdaLatestVersion"}
SENTENCE = re.compile(r"[A-Z].{20,}\.")

CHECK_WITH_CDK_NAG = """
from contextlib import suppress
from pathlib import Path
from aws_cdk import App, Stack, Validations
from aws_cdk.cloudformation_include import CfnInclude
from cdk_nag import AwsSolutionsChecks, ServerlessChecks
app = App(outdir=arguments[0], analytics_reporting=False)
Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
for path in sorted(Path().resolve().iterdir()):
    CfnInclude(Stack(app, path.stem), "Template", template_file=str(path))
with suppress(RuntimeError):  # it has findings
    app.synth()
"""

# What is found, or accepted: the template, the logical id of the resource, the id of the check.
Finding = tuple[str, str, str]


@dataclass(frozen=True)
class Deployed:
    """The template that is deployed for some answers."""

    answers: Answers
    template: Template

    @property
    def name(self) -> str:
        return "-".join(self.answers.values())

    def place(self, logical_id: str) -> str:
        """Return the logical id by which a finding is accepted: the CDK ends it in a hash."""
        return logical_id if self.answers["deploy_with"] == "sam" else re.sub(r"[0-9A-F]{8}$", "", logical_id)


def listed(accepted: dict[str, Accepted]) -> set[Finding]:
    """Return what is accepted, by the name of the template, as findings."""
    return {(name, *key) for name, reasons in accepted.items() for key in reasons}


def at_origin(finding: Finding, accepted: set[Finding]) -> Finding:
    """Return `finding` for the resource that accepts it: SAM generates further resources from a function."""
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


def deployed(synthesize: Synthesize, *tools: str) -> list[Deployed]:
    """Return what each of the tools deploys, for each source and package, with and without tables."""
    rows = itertools.product(tools, AXES["package_as"], TABLES)
    every = [{"deploy_with": tool, "package_as": package_as, **tables} for tool, package_as, tables in rows]
    return [Deployed(answers, synthesize(**answers)["dev"]) for answers in every]


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
    in_python()(folder, CHECK_WITH_CDK_NAG, output)
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


def compare(found: set[Finding], accepted: set[Finding]) -> None:
    """Fail with the findings that are not accepted, or the acceptances of what is not found."""
    found = {at_origin(each, accepted) for each in found}
    assert not found - accepted, f"accept with a reason, or fix:\n{summary(found - accepted)}"
    assert not accepted - found, f"no longer found, remove:\n{summary(accepted - found)}"


def unexplained(accepted: Accepted) -> Accepted:
    """Return what is accepted without a sentence as its reason."""
    return {key: reason for key, reason in accepted.items() if not SENTENCE.fullmatch(reason)}


@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_sam_template_has_no_scanner_metadata(bake: Bake, event_source: str) -> None:
    text = bake(deploy_with="sam", event_source=event_source).files()["template.yaml"].lower()
    assert [each for each in ("cdk_nag", "cdk-nag", "checkov", "ckv_") if each in text] == []


@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_every_accepted_finding_has_a_reason(event_source: str) -> None:
    accepted = [accepted_by_cdk_nag(event_source)]
    for deploy_with, tables in itertools.product(AXES["deploy_with"], TABLES):
        accepted.append(accepted_by_checkov({"deploy_with": deploy_with, **tables, "event_source": event_source}))
    assert [missing for each in accepted if (missing := unexplained(each))] == []


@pytest.mark.matrix
@pytest.mark.xdist_group("synthesis")
def test_checkov_finds_what_is_accepted(synthesize: Synthesize, tmp_path: Path) -> None:
    by_name = {each.name: each for each in deployed(synthesize, *AXES["deploy_with"])}
    found = check_with_checkov({name: each.template for name, each in by_name.items()}, tmp_path / "templates")
    found = {(name, by_name[name].place(logical_id), check) for name, logical_id, check in found}
    compare(found, listed({each.name: accepted_by_checkov(each.answers) for each in by_name.values()}))


@pytest.mark.matrix
@pytest.mark.xdist_group("synthesis")
def test_cdk_nag_finds_what_is_accepted_with_sam(synthesize: Synthesize, tmp_path: Path) -> None:
    with_sam = deployed(synthesize, "sam")
    found = check_with_cdk_nag({each.name: each.template for each in with_sam}, tmp_path / "templates")
    found = {each for each in found if each[2] not in OF_THE_RUNTIME}
    compare(found, listed({each.name: accepted_by_cdk_nag(each.answers["event_source"]) for each in with_sam}))


@pytest.mark.parametrize(
    "deploy_with",
    [pytest.param(each, marks=[] if each == "sam" else pytest.mark.matrix) for each in AXES["deploy_with"]],
)
def test_generated_files_hold_no_secrets(bake: Bake, deploy_with: str) -> None:
    different: dict[tuple[str, str], Path] = {}
    for answers in STACKS:
        if answers["deploy_with"] == deploy_with:
            project = bake(**answers)
            different |= {(name, text): project.path / name for name, text in project.files().items()}
    assert secrets(different.values()) == []
    assert {name: found for name, text in different if (found := leaks(text))} == {}


def test_secrets_and_accounts_are_found(tmp_path: Path) -> None:
    account, address, key = "1234" * 3, "someone@corp.io", "AKIA" + "ABCDEFGH" * 2
    assert leaks(f"arn:aws:iam::{account}:role/x, {address}, 123456789012, a@b.example.com") == [account, address]
    (tmp_path / "file").write_text(f"key = {key}\n", encoding="utf-8")
    assert [each.rpartition(": ")[2] for each in secrets(tmp_path.iterdir())] == ["AWS Access Key"]
