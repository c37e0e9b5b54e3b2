"""What can be said of every combination of answers without running the project."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli
import yaml

from helpers.sources import has_queue, own_files, sources_with
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
KEEPING = sources_with("failure_queue.py")
ASYNCHRONOUS = [each for each in KEEPING if each not in sources_with("own/src/records.py")]
WITH_QUEUE = [each for each in AXES["event_source"] if has_queue(each)]
WITH_ROUTES = sources_with("own/tests/infra/test_routes.py")
WITH_URL = [each for each in sources_with("own/src/http_api.py") if each not in WITH_ROUTES]
OF_HTTP_APIS = ("cors", "custom-domain", "jwt-authorizer", "open-api", "open-route", "openapi")
# Files that some answers bring: those of a row, wherever all of its answers are given.
SOMETIMES: list[tuple[Answers, set[str]]] = [
    ({"ci": "github"}, {".github/dependabot.yml", ".github/workflows/ci.yml", "deploy-role.yaml"}),
    ({"ci": "gitlab"}, {".gitlab-ci.yml", "ci/checks.sh", "deploy-role.yaml"}),
    ({"ci": "none"}, {"ci/checks.sh"}),
    *(({"event_source": event_source}, own_files(event_source)) for event_source in AXES["event_source"]),
    *(({"event_source": event_source}, {"scripts/local_aws.py", "scripts/redrive.py"}) for event_source in WITH_QUEUE),
    *(
        ({"event_source": event_source}, {f"docs/recipes/{name}.md" for name in OF_HTTP_APIS})
        for event_source in WITH_ROUTES
    ),
    *(({"event_source": event_source}, {"docs/recipes/open-url.md"}) for event_source in WITH_URL),
    *(
        ({"event_source": event_source}, {"events/invalid-order.jsonl", "events/order.jsonl"})
        for event_source in sources_with("own/src/lines.py")
    ),
    *(
        ({"event_source": event_source}, {"src/{package}/failure_queue.py", "tests/unit/test_failure_queue.py"})
        for event_source in KEEPING
    ),
    (
        {"idempotency": "true"},
        {"scripts/local_aws.py", "src/{package}/idempotency.py", "tests/unit/test_idempotency.py"},
    ),
    (
        {"storage": "dynamodb"},
        {"scripts/local_aws.py", "src/{package}/repository.py", "tests/unit/test_repository.py"},
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
    ({"deploy_with": "sam", "storage": "dynamodb"}, {"tests/infra/test_orders_table.py"}),
    (
        {"deploy_with": "cdk-python", "storage": "dynamodb"},
        {"infra/orders_table.py", "tests/infra/test_orders_table.py"},
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
    (
        {"deploy_with": "cdk-typescript", "storage": "dynamodb"},
        {"infra/orders-table.ts", "tests/infra/orders-table.test.ts"},
    ),
    *(
        ({"deploy_with": "cdk-python", "event_source": event_source}, {"infra/failure_queue.py"})
        for event_source in WITH_QUEUE
    ),
    *(
        ({"deploy_with": "cdk-python", "event_source": event_source}, {"infra/failure_destination.py"})
        for event_source in ASYNCHRONOUS
    ),
    *(
        ({"deploy_with": "cdk-typescript", "event_source": event_source}, {"infra/failure-queue.ts"})
        for event_source in WITH_QUEUE
    ),
    *(
        (
            {"deploy_with": "cdk-typescript", "event_source": event_source},
            {"infra/failure-destination.ts", "tests/infra/failure-destination.test.ts"},
        )
        for event_source in ASYNCHRONOUS
    ),
]
TEMPLATE_CODE = re.compile(r"(?<!\$)\{\{|\{%|\{#|cookiecutter(?!-lambda-python)|<built-in|Undefined")


def expected_files(answers: Answers, package: str) -> set[str]:
    chosen = [files for given, files in SOMETIMES if given.items() <= answers.items()]
    return {name.format(package=package) for name in ALWAYS.union(*chosen)}


PARSE = """
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
for (const path of JSON.parse(readFileSync(process.argv[1], "utf8"))) {
  try {
    stripTypeScriptTypes(readFileSync(path, "utf8"));
  } catch (error) {
    console.log(`${path}: ${error.message}`);
    process.exitCode = 1;
  }
}
"""
# What the template's code keeps to, and its owners need not.
OWN_RULES = [
    "--extend-select=D,EM,ERA,FBT",
    "--config=lint.pydocstyle.convention='google'",
    "--extend-per-file-ignores=**/tests/**:D",
]
# What this process has checked already: most combinations differ in a few files only.
read: set[tuple[str, str]] = set()
parsed: set[str] = set()
linted: set[tuple[str, ...]] = set()

Rendered = list[tuple[Project, dict[str, str]]]


def problems(name: str, text: str) -> Iterator[str]:
    """Yield what is wrong with the text of a file, whatever tool reads it."""
    if text and not re.search(r"[^\n]\n\Z", text):
        yield f"{name} does not end in exactly one newline"
    if re.search(r"[ \t\r]$", text, re.MULTILINE):
        yield f"{name} has trailing whitespace"
    if TEMPLATE_CODE.search(text):
        yield f"{name} holds template code"
    if re.search(r"^\s*,", text, re.MULTILINE):
        yield f"{name} has a line that starts with a comma"
    try:
        check_syntax(name, text)
    except (ValueError, SyntaxError, yaml.YAMLError) as error:
        yield f"{name}: {error}"


def check_syntax(name: str, text: str) -> None:
    if name.endswith(".json"):
        json.loads(text)
    elif name.endswith(".toml"):
        tomli.loads(text)
    elif name.endswith((".yaml", ".yml")):
        yaml.load(text, CloudFormationLoader)  # noqa: S506 - derived from the safe loader
    elif name.endswith(".py"):
        compile(text, name, "exec")


def incomplete(project: Project, files: dict[str, str]) -> Iterator[str]:
    """Yield the files and folders of `project` that are missing, or should not exist."""
    expected = expected_files(project.answers, project.package)
    yield from (f"{name} is missing" for name in expected - files.keys())
    yield from (f"{name} is not expected" for name in files.keys() - expected)
    folders = (path for path in project.path.rglob("*") if path.is_dir())
    yield from (f"{path.relative_to(project.path)} is empty" for path in folders if not any(path.iterdir()))


def check_python(projects: Rendered, folder: Path) -> None:
    """Assert that ruff finds nothing in the files that are new to this process, or have other settings."""
    new = []
    for project, files in projects:
        settings = tomli.loads(files["pyproject.toml"])
        packages = sorted(name for name in files if name.endswith("__init__.py"))
        rules = (str(settings["tool"]["ruff"]), settings["project"]["requires-python"], *packages)
        keys = {name: (*rules, name, text) for name, text in files.items() if name.endswith((".py", ".md"))}
        new += [project.path / name for name, key in keys.items() if key not in linted]
        linted.update(keys.values())
    if new:
        for suffixes, command in ((".py", ["check"]), (".py", ["check", *OWN_RULES]), ("", ["format", "--check"])):
            names = (path.relative_to(folder).as_posix() for path in new)
            listed = [name for name in names if name.endswith(suffixes)]
            (folder / "files.txt").write_text("\n".join(listed), encoding="utf-8")
            run_on(projects, tool("ruff"), *command, "--no-cache", "@files.txt", cwd=folder)


def check_typescript(projects: Rendered, folder: Path) -> None:
    """Assert that Node can run the TypeScript of the projects, as far as it is new to this process."""
    new = {
        text: (project.path / name).relative_to(folder).as_posix()
        for project, files in projects
        for name, text in files.items()
        if name.endswith(".ts") and text not in parsed
    }
    if new:
        (folder / "files.json").write_text(json.dumps([*new.values()]), encoding="utf-8")
        run_on(projects, tool("node"), "--no-warnings", "--input-type=module", "-e", PARSE, "files.json", cwd=folder)
        parsed.update(new)


def run_on(projects: Rendered, *command: str, cwd: Path) -> None:
    """Run `command`, and fail with what it prints; the answers stand for the folder of each project."""
    done = run(*command, cwd=cwd, expect=None)
    if done.status != 0:
        answers = {project.path.parent.name: identify(project.answers) for project, _ in projects}
        pytest.fail(re.sub(r"\bbake\d+\b", lambda found: answers[found[0]], done.output), pytrace=False)


# The answers that all take turns with.
OTHERS = ("python_version", "storage", "idempotency")


def take_turns(answers: Answers) -> Answers:
    """Return what the combination with `answers` has of those that few others depend on."""
    version, storage, idempotency = (AXES[key].index(answers[key]) for key in OTHERS)
    return {
        "architecture": AXES["architecture"][(version + storage + idempotency) % 2],
        "type_checker": AXES["type_checker"][(version + idempotency) % 2],
        "project_slug": SLUGS[(version + 2 * storage + idempotency) % len(SLUGS)],
        "license": AXES["license"][(version + storage + idempotency) % len(AXES["license"])],
        "ci": AXES["ci"][(version + storage + idempotency) % len(AXES["ci"])],
    }


IN_TURNS = ("architecture", "type_checker", "license", "ci")
COMBINATIONS = [answers | take_turns(answers) for answers in product(*IN_TURNS)]


# Combinations whose code is alike are one test, which checks the same file once.
ALIKE = ("deploy_with", "package_as", "event_source")


def groups() -> list[object]:
    """Return the combinations, in groups."""
    found: dict[str, list[Answers]] = {}
    for answers in COMBINATIONS:
        found.setdefault("-".join(answers[key] for key in ALIKE), []).append(answers)
    return [pytest.param(answers, id=name) for name, answers in found.items()]


@pytest.mark.parametrize("combinations", groups())
def test_every_project_is_complete_and_clean(bake: Bake, combinations: list[Answers]) -> None:
    baked = [bake(**answers) for answers in combinations]
    projects = [(project, project.files()) for project in baked]
    found: dict[str, str] = {}  # with the first combination that shows it
    for project, files in projects:
        new = files.items() - read
        for problem in (*incomplete(project, files), *(each for file in new for each in problems(*file))):
            found.setdefault(problem, identify(project.answers))
        read.update(new)
    assert found == {}
    folder = baked[0].path.parents[1]
    check_typescript(projects, folder)
    check_python(projects, folder)


@pytest.mark.parametrize("key", [*IN_TURNS, "project_slug"])
@pytest.mark.parametrize("other", OTHERS)
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
