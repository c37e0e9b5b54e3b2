"""What can be said of every combination of answers without running the project."""

import itertools
import json
import math
import re
from collections.abc import Iterator
from types import CodeType
from typing import Any

import pytest
import tomli
import yaml
from jinja2 import Environment

from helpers.support import AXES, SLUGS, Answers, Bake, CloudFormationLoader, Project, identify, product, run, tool

ALWAYS = {
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    ".pre-commit-config.yaml",
    ".python-version",
    "LICENSE",
    "README.md",
    "docs/deploy.md",
    "docs/operate.md",
    "docs/recipes/README.md",
    "docs/recipes/alarm-topic.md",
    "docs/recipes/second-function.md",
    "docs/recipes/secret.md",
    "docs/recipes/third-stage.md",
    "docs/recipes/tracing.md",
    "docs/recipes/vpc.md",
    "docs/upgrade.md",
    "events/health.json",
    "events/invalid-order.json",
    "events/order.json",
    "infra/__init__.py",
    "infra/pre_traffic/check.py",
    "infra/project.py",
    "infra/wheels.py",
    "local.env",
    "pyproject.toml",
    "scripts/__init__.py",
    "scripts/bench.py",
    "scripts/deployed.py",
    "scripts/emulator.py",
    "scripts/invoke.py",
    "src/{package}/__init__.py",
    "src/{package}/handler.py",
    "src/{package}/models.py",
    "src/{package}/observability.py",
    "src/{package}/orders.py",
    "src/{package}/py.typed",
    "src/{package}/service.py",
    "src/{package}/settings.py",
    "src/{package}/startup.py",
    "tests/__init__.py",
    "tests/conftest.py",
    "tests/e2e/test_health.py",
    "tests/integration/conftest.py",
    "tests/integration/test_budget.py",
    "tests/integration/test_function.py",
    "tests/integration/test_logs.py",
    "tests/support.py",
    "tests/unit/conftest.py",
    "tests/unit/test_pre_traffic.py",
    "tests/unit/test_handler.py",
    "tests/unit/test_imports.py",
    "tests/unit/test_models.py",
    "tests/unit/test_observability.py",
    "tests/unit/test_orders.py",
    "tests/unit/test_service.py",
    "tests/unit/test_settings.py",
    "tests/unit/test_startup.py",
}
# Files that some answers bring: those of a row, wherever all of its answers are given.
SOMETIMES: list[tuple[Answers, set[str]]] = [
    ({"ci": "github"}, {".github/dependabot.yml", ".github/workflows/ci.yml", "deploy-role.yaml"}),
    ({"ci": "gitlab"}, {".gitlab-ci.yml", "ci/checks.sh", "deploy-role.yaml"}),
    ({"ci": "none"}, {"ci/checks.sh"}),
    *(
        ({"event_source": event_source}, {"scripts/local_aws.py", "scripts/redrive.py"})
        for event_source in AXES["event_source"]
        if event_source != "http-api"
    ),
    (
        {"event_source": "http-api"},
        {
            "scripts/serve_http.py",
            "src/{package}/http_api.py",
            "tests/infra/test_routes.py",
            "tests/unit/test_http_api.py",
        },
    ),
    (
        {"event_source": "http-api"},
        {
            f"docs/recipes/{name}.md"
            for name in ("cors", "custom-domain", "jwt-authorizer", "open-api", "open-route", "openapi")
        },
    ),
    (
        {"event_source": "s3"},
        {"events/invalid-order.jsonl", "events/order.jsonl", "src/{package}/lines.py"},
    ),
    ({"event_source": "sqs"}, {"src/{package}/dead_letters.py", "tests/unit/test_dead_letters.py"}),
    *(
        ({"event_source": event_source}, {"src/{package}/failure_queue.py", "tests/unit/test_failure_queue.py"})
        for event_source in ("eventbridge", "schedule", "s3")
    ),
    (
        {"idempotency": "true"},
        {"scripts/local_aws.py", "src/{package}/idempotency.py", "tests/unit/test_idempotency.py"},
    ),
    ({"package_as": "zip"}, {"docs/recipes/layer.md", "docs/recipes/opentelemetry.md", "infra/bundle.py"}),
    (
        {"package_as": "container"},
        {
            ".dockerignore",
            "Dockerfile",
            "infra/image.py",
            "scripts/serve.py",
            "scripts/served.py",
            "tests/infra/test_dockerfile.py",
            "tests/integration/test_image.py",
        },
    ),
    ({"deploy_with": "sam", "package_as": "zip"}, {"Makefile"}),
    (
        {"deploy_with": "sam", "package_as": "container"},
        {"bootstrap.yaml", "scripts/repository.py", "tests/infra/test_bootstrap.py"},
    ),
    *(
        (
            {"deploy_with": "sam", "ci": ci},
            {"docs/permissions.md", "scripts/deploy_role.py", "scripts/names.py"},
        )
        for ci in AXES["ci"]
        if ci != "none"
    ),
    *(
        ({"deploy_with": deploy_with, "package_as": "zip"}, {"infra/asset.py"})
        for deploy_with in AXES["deploy_with"]
        if deploy_with != "sam"
    ),
    *(
        ({"deploy_with": deploy_with}, {"tests/infra/test_release.py"})
        for deploy_with in AXES["deploy_with"]
        if deploy_with != "cdk-typescript"
    ),
    (
        {"deploy_with": "sam"},
        {
            "samconfig.toml",
            "scripts/stack.py",
            "scripts/validate.py",
            "template.yaml",
            "tests/infra/accepted.py",
            "tests/infra/conftest.py",
            "tests/infra/test_options.py",
            "tests/infra/test_rules.py",
            "tests/infra/test_template.py",
        },
    ),
    (
        {"deploy_with": "cdk-python"},
        {
            "cdk.json",
            "infra/alarms.py",
            "infra/app.py",
            "infra/dashboard.py",
            "infra/event_source.py",
            "infra/function.py",
            "infra/release.py",
            "infra/stack.py",
            "infra/stages.py",
            "tests/infra/accepted.py",
            "tests/infra/conftest.py",
            "tests/infra/synthesis.py",
            "tests/infra/test_event_source.py",
            "tests/infra/test_rules.py",
            "tests/infra/test_stack.py",
            "tests/infra/test_stages.py",
        },
    ),
    (
        {"deploy_with": "cdk-python", "idempotency": "true"},
        {"infra/idempotency_table.py", "tests/infra/test_idempotency_table.py"},
    ),
    (
        {"deploy_with": "cdk-typescript"},
        {
            "cdk.json",
            ".prettierignore",
            ".prettierrc.json",
            "eslint.config.js",
            "infra/alarms.ts",
            "infra/app.ts",
            "infra/project.ts",
            "infra/dashboard.ts",
            "infra/event-source.ts",
            "infra/function.ts",
            "infra/release.ts",
            "infra/stack.ts",
            "infra/stages.ts",
            "package.json",
            "tests/infra/accepted.ts",
            "tests/infra/event-source.test.ts",
            "tests/infra/release.test.ts",
            "tests/infra/rules.test.ts",
            "tests/infra/stack.test.ts",
            "tests/infra/stages.test.ts",
            "tests/infra/synthesis.ts",
            "tsconfig.json",
        },
    ),
    (
        {"deploy_with": "cdk-typescript", "idempotency": "true"},
        {"infra/idempotency-table.ts", "tests/infra/idempotency-table.test.ts"},
    ),
    *(
        ({"deploy_with": "cdk-python", "event_source": event_source}, {"infra/failure_queue.py"})
        for event_source in AXES["event_source"]
        if event_source != "http-api"
    ),
    *(
        ({"deploy_with": "cdk-python", "event_source": event_source}, {"infra/failure_destination.py"})
        for event_source in AXES["event_source"]
        if event_source not in ("http-api", "sqs")
    ),
    *(
        ({"deploy_with": "cdk-typescript", "event_source": event_source}, {"infra/failure-queue.ts"})
        for event_source in AXES["event_source"]
        if event_source != "http-api"
    ),
    *(
        (
            {"deploy_with": "cdk-typescript", "event_source": event_source},
            {"infra/failure-destination.ts", "tests/infra/failure-destination.test.ts"},
        )
        for event_source in AXES["event_source"]
        if event_source not in ("http-api", "sqs")
    ),
]
TEMPLATE_CODE = re.compile(r"(?<!\$)\{\{|\{%|\{#|cookiecutter(?!-lambda-python)|<built-in|Undefined")


def expected_files(answers: Answers, package: str) -> set[str]:
    chosen = [files for given, files in SOMETIMES if given.items() <= answers.items()]
    return {name.format(package=package) for name in ALWAYS.union(*chosen)}


def check_text(name: str, text: str) -> None:
    assert text == "" or re.search(r"[^\n]\n\Z", text), f"{name} does not end in exactly one newline"
    assert not re.search(r"[ \t\r]$", text, re.MULTILINE), f"{name} has trailing whitespace"
    assert not TEMPLATE_CODE.search(text), f"{name} holds template code"
    assert not re.search(r"^\s*,", text, re.MULTILINE), f"{name} has a line that starts with a comma"


def check_syntax(name: str, text: str) -> None:
    if name.endswith(".json"):
        json.loads(text)
    elif name.endswith(".toml"):
        tomli.loads(text)
    elif name.endswith((".yaml", ".yml")):
        yaml.load(text, CloudFormationLoader)  # noqa: S506 - derived from the safe loader
    elif name.endswith(".py"):
        compile(text, name, "exec")


PARSE = """
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
for (const path of process.argv.slice(1)) stripTypeScriptTypes(readFileSync(path, "utf8"));
"""
# What this process has checked already: most combinations differ in a few files only.
read: set[tuple[str, str]] = set()
parsed: set[str] = set()
linted: set[tuple[str, ...]] = set()


# What the template's code keeps to, and its owners need not.
OWN_RULES = [
    "--extend-select=D,EM,ERA,FBT",
    "--config=lint.pydocstyle.convention='google'",
    "--extend-per-file-ignores=tests/**:D",
]


def check_python(project: Project, files: dict[str, str]) -> None:
    """Assert that ruff finds nothing, unless this process has linted the same files with the same settings."""
    settings = tomli.loads(files["pyproject.toml"])
    code = [part for name, text in files.items() if name.endswith(".py") for part in (name, text)]
    seen = (str(settings["tool"]["ruff"]), settings["project"]["requires-python"], *code)
    if seen not in linted:
        run(tool("ruff"), "check", "--no-cache", cwd=project.path)
        run(tool("ruff"), "check", "--no-cache", *OWN_RULES, cwd=project.path)
        run(tool("ruff"), "format", "--check", "--no-cache", cwd=project.path)
        linted.add(seen)


def check_typescript(project: Project, files: dict[str, str]) -> None:
    """Assert that Node can run the TypeScript of the project, as far as it is new to this process."""
    new = {text: name for name, text in files.items() if name.endswith(".ts") and text not in parsed}
    if new:
        run(tool("node"), "--no-warnings", "--input-type=module", "-e", PARSE, *new.values(), cwd=project.path)
        parsed.update(new)


@pytest.fixture(scope="module", autouse=True)
def compiled_templates() -> Iterator[None]:
    """Compile each template once for all projects, instead of once for each."""
    with pytest.MonkeyPatch.context() as patch:
        compile_source = Environment.compile
        code: dict[tuple[str, ...], CodeType] = {}

        def compile_once(self: Environment, source: str, name: str | None = None, *rest: Any) -> CodeType:  # noqa: ANN401 - passed on
            key = (source, str(name), *map(str, rest))
            if key not in code:
                code[key] = compile_source(self, source, name, *rest)
            return code[key]

        patch.setattr(Environment, "compile", compile_once)
        yield


def turn(answers: Answers) -> str:
    """Return the slug for `answers`: each meets every source, version and deployment, with and without idempotency."""
    version, is_x86, is_idempotent = (
        AXES[key].index(answers[key]) for key in ("python_version", "architecture", "idempotency")
    )
    return SLUGS[(version + 2 * is_x86 + is_idempotent) % len(SLUGS)]


# Slugs, licences and pipelines take turns, for what depends on them depends on few other answers.
COMBINATIONS = [
    answers | {"project_slug": turn(answers), "license": licence, "ci": ci}
    for answers, licence, ci in zip(
        product("license", "ci"), itertools.cycle(AXES["license"]), itertools.cycle(AXES["ci"])
    )
]


def combinations() -> Iterator[object]:
    """Yield the combinations; those whose code is alike go to one worker, which checks the same file once."""
    for answers in COMBINATIONS:
        alike = "-".join(answers[key] for key in ("deploy_with", "package_as", "event_source"))
        yield pytest.param(answers, id=identify(answers), marks=pytest.mark.xdist_group(alike))


@pytest.mark.parametrize("answers", list(combinations()))
def test_every_project_is_complete_and_clean(bake: Bake, answers: Answers) -> None:
    project = bake(**answers)
    files = project.files()
    assert files.keys() == expected_files(answers, project.package)
    for name, text in files.items() - read:
        check_text(name, text)
        check_syntax(name, text)
    read.update(files.items())
    assert [path for path in project.path.rglob("*") if path.is_dir() and not any(path.iterdir())] == []
    check_typescript(project, files)
    check_python(project, files)


@pytest.mark.parametrize("key", ["project_slug", "license", "ci"])
@pytest.mark.parametrize("other", ["python_version", "idempotency"])
def test_what_takes_turns_meets_each_deployment_of_each_source(key: str, other: str) -> None:
    keys = ("deploy_with", "package_as", "event_source", other)
    met = {tuple(each[name] for name in (key, *keys)) for each in COMBINATIONS}
    turns = {each[key] for each in COMBINATIONS}
    assert len(met) == len(turns) * math.prod(len(AXES[name]) for name in keys)


@pytest.mark.parametrize("package_as", AXES["package_as"])
@pytest.mark.parametrize("deploy_with", ["cdk-python", "cdk-typescript"])
def test_cdk_watch_knows_what_to_watch(bake: Bake, deploy_with: str, package_as: str) -> None:
    project = bake(deploy_with=deploy_with, package_as=package_as)
    watched = json.loads(project.files()["cdk.json"])["watch"]["include"]
    assert [pattern for pattern in watched if not any(project.path.glob(pattern)) and pattern != "uv.lock"] == []
    assert {"infra/**", "src/**"} <= set(watched)
