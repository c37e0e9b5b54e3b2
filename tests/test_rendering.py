"""What can be said of every combination of answers without running the project."""

import itertools
import json
import re

import pytest
import tomli
import yaml

from support import AXES, SLUGS, Answers, Bake, identify, product, run, tool

ALWAYS = {
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    ".pre-commit-config.yaml",
    ".python-version",
    "LICENSE",
    "Makefile",
    "README.md",
    "events/invalid-order.json",
    "events/order.json",
    "infra/bundle.py",
    "infra/constants.py",
    "local.env",
    "pyproject.toml",
    "samconfig.toml",
    "scripts/invoke.py",
    "scripts/validate.py",
    "src/{package}/__init__.py",
    "src/{package}/application.py",
    "src/{package}/handler.py",
    "src/{package}/models.py",
    "src/{package}/observability.py",
    "src/{package}/py.typed",
    "src/{package}/service.py",
    "src/{package}/settings.py",
    "template.yaml",
    "tests/conftest.py",
    "tests/emulator.py",
    "tests/infra/conftest.py",
    "tests/infra/test_template.py",
    "tests/integration/conftest.py",
    "tests/integration/test_artifact.py",
    "tests/integration/test_function.py",
    "tests/support.py",
    "tests/unit/conftest.py",
    "tests/unit/test_application.py",
    "tests/unit/test_handler.py",
    "tests/unit/test_models.py",
    "tests/unit/test_service.py",
    "tests/unit/test_settings.py",
}
SOMETIMES = {
    ("ci", "github"): {".github/workflows/ci.yml"},
    ("ci", "none"): {"ci/checks.sh"},
    ("event_source", "http-api"): {"events/health.json"},
    ("event_source", "s3"): {"scripts/local_aws.py", "src/{package}/lines.py"},
    ("event_source", "sqs"): {"scripts/local_aws.py"},
    ("idempotency", "true"): {
        "scripts/local_aws.py",
        "src/{package}/idempotency.py",
        "tests/unit/test_idempotency.py",
    },
}
TEMPLATE_CODE = re.compile(r"(?<!\$)\{\{|\{%|\{#|cookiecutter|<built-in|Undefined")


class CloudFormationLoader(yaml.SafeLoader):
    """Reads YAML with CloudFormation's short forms, such as `!Ref`."""


CloudFormationLoader.add_multi_constructor("!", lambda _loader, _suffix, node: node.value)


def expected_files(answers: Answers, package: str) -> set[str]:
    chosen = [files for (key, value), files in SOMETIMES.items() if answers[key] == value]
    return {name.format(package=package) for name in ALWAYS.union(*chosen)}


def check_text(name: str, text: str) -> None:
    assert text == "" or re.search(r"[^\n]\n\Z", text), f"{name} does not end in exactly one newline"
    assert not re.search(r"[ \t\r]$", text, re.MULTILINE), f"{name} has trailing whitespace"
    assert not TEMPLATE_CODE.search(text), f"{name} holds template code"


def check_syntax(name: str, text: str) -> None:
    if name.endswith(".json"):
        json.loads(text)
    elif name.endswith(".toml"):
        tomli.loads(text)
    elif name.endswith((".yaml", ".yml")):
        yaml.load(text, CloudFormationLoader)  # noqa: S506 - derived from the safe loader
    elif name.endswith(".py"):
        compile(text, name, "exec")


# The slugs take turns: among the combinations that differ in what formatters do not see, each meets all of them.
COMBINATIONS = [{"project_slug": slug} | answers for answers, slug in zip(product(), itertools.cycle(SLUGS))]


@pytest.mark.parametrize("answers", COMBINATIONS, ids=identify)
def test_every_project_is_complete_and_clean(bake: Bake, answers: Answers) -> None:
    project = bake(**answers)
    files = project.files()
    assert files.keys() == expected_files(answers, project.package)
    for name, text in files.items():
        check_text(name, text)
        check_syntax(name, text)
    assert [path for path in project.path.rglob("*") if path.is_dir() and not any(path.iterdir())] == []
    run(tool("ruff"), "check", "--no-cache", cwd=project.path)
    run(tool("ruff"), "format", "--check", "--no-cache", cwd=project.path)


def test_each_slug_meets_each_pair_of_source_and_version() -> None:
    met = {(each["project_slug"], each["event_source"], each["python_version"]) for each in COMBINATIONS}
    assert len(met) == len(SLUGS) * len(AXES["event_source"]) * len(AXES["python_version"])
