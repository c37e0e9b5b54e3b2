"""Generated projects, used as their README says: on the interpreter and with the tools of the answers, unmodified."""

import dataclasses
import json
import os
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import tomli
import yaml

from lambda_python_answers import slug_problem

from helpers.advisories import advisories
from helpers.artifacts import HOST, check_contents, check_libraries
from helpers.history import edit
from helpers.rows import CHECKED, PIPELINES, PROJECTS
from helpers.sources import expected
from helpers.support import (
    AWKWARD,
    AXES,
    ROOT,
    UV,
    Answers,
    Bake,
    Project,
    clean_environment,
    commands,
    depend_on,
    identify,
    run,
    shared,
    write_wheel,
)

# What only a machine of the image's processor can do.
TEST_IMAGE = "uv run poe test-image"
INSTALL_PACKAGES_OF_NODE = "uv run npm ci"
# The hooks that run what `poe check` runs as well.
HOOKS_OF_CHECK = "ruff-check,ruff-format,hadolint,typecheck,eslint,prettier"
CHECK = "uv run poe check"
# The parts of it that test_typescript.py runs for all rows at once.
CHECKS_OF_TYPESCRIPT = {"npm run --silent lint", "npm run --silent typecheck"}


def row(answers: Answers) -> Any:  # noqa: ANN401 - pytest does not export the class
    """Return a parameter: the defaults always, others in the larger matrix; all of one Python on one worker."""
    if answers == PROJECTS[0]:
        return pytest.param(answers, id=identify(answers), marks=pytest.mark.xdist_group("defaults"))
    marks = [pytest.mark.matrix, pytest.mark.xdist_group(answers["python_version"])]
    return pytest.param(answers, id=identify(answers), marks=marks)


class Workshop:
    """Makes projects, each once, and lends them virtual environments; the defaults have their own, as users have."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request
        self._bake_once: Bake = request.getfixturevalue("bake_once")
        self._projects: dict[str, Project] = {}
        self._turns: dict[Path, str] = {}

    def project(self, answers: Answers) -> Project:
        """Return the project with `answers` after `git init && git add -A && uv sync`, made unless it is there."""
        name = identify(answers)
        if name not in self._projects:
            self._projects[name] = self._make(answers)
        project = self._projects[name]
        if self._turns.get(project.venv) != name:
            project.uv("sync")
            self._turns[project.venv] = name
            self._install_packages_of_node(project)
        return project

    def _make(self, answers: Answers) -> Project:
        if answers == PROJECTS[0]:
            made = dataclasses.replace(self._bake_once(**answers), environment={})
        else:
            # An image has the name of the slug, and several are built at once.
            slug = f"service-{number(answers)}"
            made = self._bake_once(description=AWKWARD, author=AWKWARD, project_slug=slug, **answers)
        made.run("git", "init", "--quiet")
        made.run("git", "add", "--all")
        return made

    def _install_packages_of_node(self, project: Project) -> None:
        """Lock what `package.json` names; the pipeline of the first project installs it, the others share a folder."""
        if project.answers["deploy_with"] != "cdk-typescript" or (project.path / "package-lock.json").exists():
            return
        if not is_first(project.answers):
            installed: Path = self._request.getfixturevalue("node_modules")
            assert packages_of_node(project.path) == packages_of_node(installed.parent)
            (project.path / "node_modules").symlink_to(installed)
            (project.path / ".git" / "info" / "exclude").write_text("/node_modules\n", encoding="utf-8")
        project.uv("run", "npm", "install", "--package-lock-only")


def number(answers: Answers) -> int:
    """Return the number of the row of the table with `answers`, which may have more."""
    return PROJECTS.index({key: answers[key] for key in AXES})


def is_first(answers: Answers) -> bool:
    """Return whether `answers` are the first with their tool: that project's pipeline leaves out nothing."""
    return answers["deploy_with"] not in {each["deploy_with"] for each in PROJECTS[: number(answers)]}


def packages_of_node(folder: Path) -> object:
    """Return what the `package.json` in `folder` wants to be installed."""
    content = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    return content["dependencies"], content["devDependencies"]


@pytest.fixture(scope="session")
def workshop(request: pytest.FixtureRequest) -> Workshop:
    """Where this process makes its projects."""
    return Workshop(request)


@pytest.fixture(scope="module", params=[row(each) for each in PROJECTS])
def project(request: pytest.FixtureRequest, workshop: Workshop) -> Project:
    """A new project, ready for its checks."""
    return workshop.project(request.param)


whole_pipeline = pytest.mark.parametrize("project", [row(each) for each in PIPELINES], indirect=True)


@pytest.fixture(scope="module")
def pipeline(project: Project) -> str:
    """What the project's pipeline prints; it runs, or fails, once for all tests."""
    return run_pipeline(project)


def run_pipeline(project: Project) -> str:
    """Return what the project's pipeline prints, with the lock files among the files that it checks."""
    status = project.run("git", "status", "--porcelain").output.splitlines()
    lock_files = ["package-lock.json"] if project.answers["deploy_with"] == "cdk-typescript" else []
    new = [f"?? {name}" for name in [*lock_files, "uv.lock"]]
    assert [line for line in status if not line.startswith("A  ")] == new
    project.run("git", "add", "--all")
    skipped = {} if is_first(project.answers) else {"SKIP": HOOKS_OF_CHECK}
    with advisories() as environment:
        return run_checks(project, replaced(project), environment | skipped)


def replaced(project: Project) -> dict[str, str]:
    """Return the commands of the pipeline that do not run here, and what runs instead.

    The image is for another machine; Node is ready; `test_typescript.py` lints the TypeScript of all rows at once.
    """
    is_image = project.answers["package_as"] == "container"
    foreign = {TEST_IMAGE: ":"} if is_image and project.answers["architecture"] != HOST else {}
    if not (project.path / "node_modules").exists():
        return foreign
    return foreign | {INSTALL_PACKAGES_OF_NODE: ":", CHECK: other_checks(project)}


def other_checks(project: Project) -> str:
    """Return the commands of `poe check` without those that lint TypeScript or check its types."""
    tasks = tomli.loads((project.path / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["poe"]["tasks"]
    found = [step["cmd"] for name in tasks["check"]["sequence"] for step in tasks[name]["sequence"]]
    assert set(found) >= CHECKS_OF_TYPESCRIPT
    return "\n".join(f"uv run {command}" for command in found if command not in CHECKS_OF_TYPESCRIPT)


def run_checks(project: Project, instead: dict[str, str], environment: dict[str, Any]) -> str:
    """Return what the checks of the pipeline print, with other commands `instead` of some."""
    if project.answers["ci"] == "github":
        workflow = yaml.safe_load((project.path / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
        commands = [step["run"] for step in workflow["jobs"]["check"]["steps"] if "run" in step]
        assert (TEST_IMAGE in commands) == (project.answers["package_as"] == "container")
        assert set(instead) <= set(commands)
        run_here = [instead.get(command, command) for command in commands]
        return "".join(project.run("bash", "-euc", command, **environment).output for command in run_here)
    if not instead:
        return project.run("ci/checks.sh", **environment).output
    script = (project.path / "ci" / "checks.sh").read_text(encoding="utf-8")
    for command, other in instead.items():
        assert f"\n{command}\n" in script
        script = script.replace(f"\n{command}\n", f"\n{other}\n")
    return project.run("bash", "-c", script, "ci/checks.sh", **environment).output


@whole_pipeline
def test_every_check_passes_and_leaves_the_tree_clean(project: Project, pipeline: str) -> None:
    assert "Total coverage: 100.00%" in pipeline
    summaries = [line for line in pipeline.splitlines() if re.search(r" passed(,.*)? in ", line)]
    starts_image = project.answers["package_as"] == "container" and project.answers["architecture"] == HOST
    assert len(summaries) == (2 if starts_image else 1)
    assert sys.platform != "linux" or "skipped" not in "".join(summaries)
    status = project.run("git", "status", "--porcelain").output.splitlines()
    assert [line for line in status if not line.startswith("A  ")] == []
    assert project.answers["package_as"] == "container" or (project.path / ".build" / "function.zip").exists()


@whole_pipeline
def test_the_infrastructure_is_valid_and_has_no_findings(project: Project, pipeline: str) -> None:
    assert not [line for line in pipeline.splitlines() if line[:1] in "EWI" and line[1:5].isdigit()]
    if project.answers["deploy_with"] == "sam":
        assert "is a valid SAM Template" in pipeline
        template = project.path / ".build" / "template.json"
    else:
        template = project.path / "cdk.out" / f"{project.path.name}-prod.template.json"
        report = json.loads((project.path / "cdk.out" / "validation-report.json").read_text(encoding="utf-8"))
        found = {each["pluginName"]: each["violations"] for each in report["pluginReports"]}
        assert found.keys() >= {"AwsSolutions", "Serverless"}
        assert [each for violations in found.values() for each in violations] == []
    resources = json.loads(template.read_text(encoding="utf-8"))["Resources"].values()
    functions = (each["Properties"] for each in resources if each["Type"] == "AWS::Lambda::Function")
    (function,) = (each for each in functions if each.get("Handler") != "check.lambda_handler")
    if project.answers["package_as"] == "container":
        assert function["PackageType"] == "Image"
    else:
        assert function["Runtime"] == f"python{project.answers['python_version']}"


ZIPS = [answers for answers in PIPELINES if answers["package_as"] == "zip"]
# `test_images.py` has the others.
zips_only = pytest.mark.parametrize("project", [row(each) for each in ZIPS], indirect=True)


@pytest.mark.matrix
@pytest.mark.parametrize("project", [row(each) for each in CHECKED], indirect=True)
def test_code_passes_its_checks(project: Project) -> None:
    commands = other_checks(project) if (project.path / "node_modules").exists() else CHECK
    assert "Total coverage: 100.00%" in project.run("bash", "-euc", commands).output


@zips_only
@pytest.mark.usefixtures("pipeline")
def test_the_artifact_is_complete_and_compiled(project: Project, tmp_path: Path) -> None:
    archive = project.path / ".build" / "function.zip"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
    folder = project.path / ".build" / "function"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == names
    assert archive.with_name("function.cdx.json").exists()
    check_contents(project, tmp_path)
    check_libraries(project, tmp_path)


@pytest.mark.matrix
@pytest.mark.parametrize("project", [row(each) for each in ZIPS[1:]], indirect=True)
@pytest.mark.usefixtures("pipeline")
def test_a_deployment_ships_what_the_task_builds(project: Project, tmp_path: Path) -> None:
    if project.answers["deploy_with"] == "sam":
        project.poe("sam", "build")
        shipped = project.path / ".aws-sam" / "build" / "Function"
        assert contents(shipped) == contents(project.path / ".build" / "function")
    else:
        (asset,) = (project.path / "cdk.out").glob("asset.*.zip")  # which `poe validate` has built
        assert asset.read_bytes() == (project.path / ".build" / "function.zip").read_bytes()
        shipped = tmp_path / "function"
        with zipfile.ZipFile(asset) as opened:
            opened.extractall(shipped)
    if (sys.platform, project.answers["architecture"]) == ("linux", HOST):
        assert expected(project.answers["event_source"])["invoked"] in emulated(project, shipped, tmp_path / "emulator")


FIRST_ASSETS = [next(each for each in ZIPS if each["deploy_with"] == tool) for tool in ("cdk-python", "cdk-typescript")]


@pytest.mark.matrix
@pytest.mark.parametrize("project", [row(each) for each in FIRST_ASSETS], indirect=True)
def test_uv_runs_only_for_changed_sources(project: Project, tmp_path: Path) -> None:
    """Count the calls of uv at a first synthesis and at a second one of the same sources."""
    calls = tmp_path / "calls"
    stand_in = tmp_path / "uv"
    stand_in.write_text(f'#!/bin/sh\necho "$@" >> "{calls}"\nexec "{shutil.which(UV)}" "$@"\n', encoding="utf-8")
    stand_in.chmod(0o755)
    path = os.pathsep.join([str(tmp_path), str(project.venv / "bin"), clean_environment()["PATH"]])
    app = json.loads((project.path / "cdk.json").read_text(encoding="utf-8"))["app"].split()
    shutil.rmtree(project.path / ".build", ignore_errors=True)
    project.run(*app, PATH=path, UV=str(stand_in))
    first = calls.read_text(encoding="utf-8").splitlines()
    assert len(first) == 2
    for source in (project.path / "src").rglob("*.py"):
        source.touch()
    project.run(*app, PATH=path, UV=str(stand_in))
    assert calls.read_text(encoding="utf-8").splitlines() == first


def saves_batches(answers: Answers) -> bool:
    """Return whether a project with `answers`, which keeps orders, does so in batches."""
    folder = ROOT / "templates" / "event_source" / answers["event_source"]
    return (folder / "batch_repository.py").exists() and answers["idempotency"] == "false"


# The first rows that keep orders one by one, and in batches.
STORED = [
    next(each for each in PROJECTS if each["storage"] == "dynamodb" and saves_batches(each) == in_batches)
    for in_batches in (False, True)
]


def tooling_tests(answers: Answers) -> list[str]:
    """Return the tests of the tooling that a project with `answers` has."""
    source = expected(answers["event_source"])
    once = source.get("in_projects_with_idempotency", []) if answers["idempotency"] == "true" else []
    in_zip = ["test_bundle", *(["test_asset"] if answers["deploy_with"] != "sam" else [])]
    return [
        "test_smoke",
        *source["in_projects"],
        *once,
        *(in_zip if answers["package_as"] == "zip" else ["test_containers"]),
    ]


def new_tooling_tests(answers: Answers) -> list[str]:
    """Return the tests of the tooling that no row before `answers` runs with its tool, or with its event source."""
    tried = {
        (name, before[key])
        for before in PROJECTS[: number(answers)]
        for name in tooling_tests(before)
        for key in ("deploy_with", "event_source")
    }
    new = [
        name
        for name in tooling_tests(answers)
        if not {(name, answers["deploy_with"]), (name, answers["event_source"])} <= tried
    ]
    return [*new, "test_orders_table"] if PROJECTS[number(answers)] in STORED else new


@pytest.mark.parametrize("project", [row(each) for each in PROJECTS if new_tooling_tests(each)], indirect=True)
def test_tooling_holds_its_promises(project: Project) -> None:
    folder = project.path / "tests" / "tooling"
    folder.mkdir()
    try:
        for name in new_tooling_tests(project.answers):
            shutil.copy(ROOT / "tests" / "in_projects" / f"{name}.py", folder)
        added = ("--with", "hypothesis>=6.140,<7", "--with", "moto[server,sqs]>=5,<6")
        project.uv("run", *added, "pytest", "-p", "no:cacheprovider", str(folder))
    finally:
        shutil.rmtree(folder)


def contents(folder: Path) -> dict[Path, bytes]:
    """Return the content of every file in `folder`."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


EMULATE = """
import contextlib, importlib.util, json, os, sys
from pathlib import Path

from scripts import emulator, invoke

os.environ.update(invoke.local_environment())

local = contextlib.nullcontext()
if importlib.util.find_spec("scripts.local_aws"):
    from scripts import local_aws

    local = local_aws.local_aws()
event = json.loads(Path("events/order.json").read_text(encoding="utf-8"))
scratch = Path(sys.argv[2])
with local, emulator.emulate(Path(sys.argv[1]), scratch, emulator.install_client(scratch / "client")) as running:
    print(json.dumps(running.invoke(event)))
"""


def emulated(project: Project, artifact: Path, scratch: Path) -> str:
    """Return what the function in `artifact` responds to the project's sample event, under Lambda's emulator."""
    scratch.mkdir()
    return project.uv("run", "python", "-c", EMULATE, str(artifact), str(scratch)).output


def test_the_bill_of_materials_names_what_the_function_needs_at_run_time(project: Project) -> None:
    project.poe("sbom")
    bill = json.loads((project.path / ".build" / "function.cdx.json").read_text(encoding="utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    exported = project.uv("export", "--quiet", "--frozen", "--no-default-groups", "--no-emit-project", "--no-hashes")
    locked = {line.partition(" ")[0] for line in exported.output.splitlines() if line[:1].isalpha()}
    assert {f"{each['name']}=={each['version']}" for each in bill["components"]} == locked
    assert "pydantic" in {each["name"] for each in bill["components"]}


def test_the_handler_can_be_invoked_here(project: Project) -> None:
    assert expected(project.answers["event_source"])["invoked"] in project.poe("invoke").output


defaults_only = pytest.mark.parametrize("project", [row(PROJECTS[0])], indirect=True)


@defaults_only
@pytest.mark.usefixtures("pipeline")
def test_artifact_is_reproducible(project: Project) -> None:
    archive = project.path / ".build" / "function.zip"
    built = archive.read_bytes()
    for path in project.path.glob("src/**/*.py"):
        path.touch()
    project.poe("build")
    assert archive.read_bytes() == built


@defaults_only
def test_invoke_names_what_it_cannot_read(project: Project) -> None:
    assert "invoke: cannot read missing.json" in project.poe("invoke", "missing.json", expect=1).output
    settings = project.path / "local.env"
    settings.rename(project.path / "other.env")
    try:
        assert f"invoke: cannot read {settings}" in project.poe("invoke", expect=1).output
    finally:
        (project.path / "other.env").rename(settings)


@defaults_only
def test_shell_overrides_own_settings_and_those_the_shared(project: Project) -> None:
    own = project.path / ".env"
    own.write_text('CURRENCY="USD"\nFREE_SHIPPING_FROM=0\n', encoding="utf-8")
    try:
        overridden = project.poe("invoke").output
        assert '"currency": "USD"' in overridden
        assert '"shipping": 0' in overridden
        assert '"currency": "CHF"' in project.within({"CURRENCY": "CHF"}).poe("invoke").output
        mistyped = project.within({"CURRENCY": "francs"}).poe("invoke", expect=1).output
        assert "invoke: SettingsError: Invalid environment variables: CURRENCY" in mistyped
        project.uv("run", "pytest", "-q", "tests/unit")
    finally:
        own.unlink()


@contextmanager
def changed(project: Project, module: str, old: str, new: str) -> Iterator[None]:
    """Let the module of `project` have `new` instead of `old` until the block ends."""
    path = project.path / "src" / project.package / module
    before = path.read_text(encoding="utf-8")
    try:
        edit(path, old, new)
        yield
    finally:
        path.write_text(before, encoding="utf-8")


@defaults_only
def test_setting_with_a_default_is_named(project: Project) -> None:
    with changed(project, "settings.py", 'alias="CURRENCY"', 'default="EUR", alias="CURRENCY"'):
        output = project.uv("run", "pytest", "-q", "tests/unit/test_settings.py", expect=1).output
    assert "settings.py does not require CURRENCY: " in output


@defaults_only
def test_invoke_fails_on_a_server_error(project: Project) -> None:
    with changed(project, "service.py", "    goods = sum(", "    goods = 1 // 0 + sum("):
        output = project.poe("invoke", expect=1).output
        assert '"statusCode": 500' in output
        assert "invoke: the function responds with status 500" in output
        assert '"statusCode": 422' in project.poe("invoke", "events/invalid-order.json").output


# What a shell may say to tools that the tests and the build use.
SHELL = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_LAMBDA_LOG_LEVEL": "FATAL",
    "AWS_PROFILE": "nobody",
    "LOG_LEVEL": "ERROR",
    "POWERTOOLS_DEV": "1",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "POWERTOOLS_SERVICE_NAME": "another",
    "PYTHONHASHSEED": "1",
    "PYTHONOPTIMIZE": "1",
    "PYTHONWARNINGS": "error",
    "UV_COMPILE_BYTECODE": "1",
    "UV_FROZEN": "1",
    "UV_LINK_MODE": "symlink",
    "UV_NO_BINARY": "1",
    "UV_NO_VERIFY_HASHES": "1",
    "UV_PYTHON": "2.7",
    "UV_RESOLUTION": "lowest",
}


@defaults_only
def test_a_part_of_the_tests_passes_alone(project: Project) -> None:
    project.uv("run", "pytest", "tests/unit/test_service.py")
    project.uv("run", "pytest", "tests/unit", "-k", "health")


@defaults_only
def test_the_shell_does_not_reach_the_tests(project: Project) -> None:
    said = {name: value for name, value in SHELL.items() if not name.startswith(("PYTHON", "UV_"))}
    project.within(said).uv("run", "pytest")


@pytest.mark.matrix
@pytest.mark.parametrize("project", [row(ZIPS[3])], indirect=True)
@pytest.mark.usefixtures("pipeline")  # whatever it needs is cached from now on
def test_checks_pass_without_a_network(project: Project) -> None:
    project.within({"UV_OFFLINE": "1"}).poe("check")


@defaults_only
def test_the_path_of_an_event_starts_where_the_user_stands(project: Project) -> None:
    assert (
        expected("http-api")["invoked"]
        in run(UV, "run", "poe", "invoke", "order.json", cwd=project.path / "events").output
    )


LEFTOVERS = [".DS_Store", ".env", ".idea/workspace.xml", "#service.py#", "Thumbs.db", "handler.py~", "models.py.orig"]


@defaults_only
def test_neither_the_shell_nor_what_lies_beside_the_code_changes_the_artifact(project: Project, tmp_path: Path) -> None:
    sources, python = project.path / "src" / project.package, project.venv / "bin" / "python"
    project.run(python, "-m", "infra.bundle", "--output", tmp_path / "before")
    for name in LEFTOVERS:
        (sources / name).parent.mkdir(exist_ok=True)
        (sources / name).write_text("SECRET=1", encoding="utf-8")
    (sources / ".#handler.py").symlink_to("nowhere")  # as Emacs marks a file that is being edited
    try:
        project.within(SHELL).run(python, "-m", "infra.bundle", "--output", tmp_path / "after")
    finally:
        for name in [*LEFTOVERS, ".#handler.py"]:
            (sources / name).unlink()
        (sources / ".idea").rmdir()
    assert (tmp_path / "after.zip").read_bytes() == (tmp_path / "before.zip").read_bytes()


def test_a_package_of_another_index_is_shipped_with_its_programs(bake: Bake, tmp_path: Path) -> None:
    project = bake(architecture=HOST, type_checker="pyrefly")
    programs = {"scripts/rates": b"\x7fELF", "scripts/rates.py": b"#!python\n"}
    write_wheel(tmp_path, "company_rates", "1.0", "py3-none-any", data=programs)
    with (project.path / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            f"""
[[tool.uv.index]]
name = "company"
url = "{tmp_path.as_uri()}"
format = "flat"
explicit = true

[tool.uv.sources]
company-rates = {{ index = "company" }}
"""
        )
    depend_on(project.path, "company-rates>=1,<2")
    project.poe("build")
    function = project.path / ".build" / "function"
    assert (function / "company_rates.py").exists()
    # The other one names this machine's Python.
    assert [path.name for path in (function / "bin").iterdir()] == ["rates"]
    check_contents(project, function)


FINGERPRINT = "from infra import asset; print(asset.fingerprint())"

WORKSPACE = """[project]
name = "company"
version = "0"
requires-python = ">=3.10"

[tool.uv.workspace]
members = ["services/*"]
"""


def test_member_of_a_workspace_is_built(bake: Bake, tmp_path: Path) -> None:
    baked = bake(deploy_with="cdk-python", architecture=HOST, type_checker="pyrefly")
    project = dataclasses.replace(baked, path=tmp_path / "services" / baked.path.name, environment={})
    shutil.copytree(baked.path, project.path)
    (tmp_path / "pyproject.toml").write_text(WORKSPACE, encoding="utf-8")
    (tmp_path / ".python-version").write_text("3.11\n", encoding="utf-8")
    assert "the root of a uv workspace sets the Python" in project.poe("build", expect=1).output
    shutil.copy(project.path / ".python-version", tmp_path)
    project.uv("sync")
    assert not (project.path / "uv.lock").exists()
    fingerprint = project.uv("run", "python", "-c", FINGERPRINT).output
    project.poe("build")
    check_contents(project, project.path / ".build" / "function")
    with (tmp_path / "uv.lock").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    assert project.uv("run", "--frozen", "python", "-c", FINGERPRINT).output != fingerprint


def test_every_import_works_without_settings(bake: Bake) -> None:
    project = bake(type_checker="pyrefly")
    project.uv("sync")
    folders = ("infra", "scripts", "tests")
    paths = [path.relative_to(project.path) for folder in folders for path in project.path.glob(f"{folder}/**/*.py")]
    names = [".".join(path.with_suffix("").parts) for path in paths if path.parts[0] != "tests"]
    project.uv(
        "run",
        "python",
        "-c",
        f"import importlib, {project.package}\nfor name in {names}: importlib.import_module(name)",
    )
    # As an editor does: from the environment's interpreter, with no setting of any other tool.
    code = "import tests.support, tests.e2e.test_health, tests.integration.conftest"
    project.uv("run", "python", "-c", code)


def test_code_in_a_linked_folder_is_shipped_and_noticed(bake: Bake, tmp_path: Path) -> None:
    project = bake(deploy_with="cdk-python", architecture=HOST, type_checker="pyrefly")
    project.uv("sync")
    link = project.path / "src" / project.package / "shared"
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "rates.py").write_text("RATE = 1\n", encoding="utf-8")
    link.symlink_to(shared)
    before = project.uv("run", "python", "-c", FINGERPRINT).output
    (shared / "rates.py").write_text("RATE = 2\n", encoding="utf-8")
    assert project.uv("run", "python", "-c", FINGERPRINT).output != before
    project.poe("build")
    shipped = project.path / ".build" / "function" / project.package / "shared" / "rates.py"
    assert shipped.read_text(encoding="utf-8") == "RATE = 2\n"
    (shared / "again").symlink_to(shared)
    assert f"src/{project.package}/shared/again is a link" in project.poe("build", expect=1).output


@defaults_only
def test_a_build_that_fails_leaves_the_previous_artifact(project: Project) -> None:
    project.poe("build")
    archive = project.path / ".build" / "function.zip"
    before = archive.read_bytes()
    lock = project.path / "uv.lock"
    kept = lock.read_bytes()
    try:
        lock.write_bytes(kept.replace(b'hash = "sha256:', b'hash = "sha256:0'))
        failed = project.uv("run", "--no-sync", "--frozen", "python", "-m", "infra.bundle", expect=1).output
    finally:
        lock.write_bytes(kept)
    assert "bundle: uv" in failed
    code = project.path / "src" / project.package / "service.py"
    kept = code.read_bytes()
    try:
        code.write_bytes(kept + b"\nif\n")
        failed = project.poe("build", expect=1).output
    finally:
        code.write_bytes(kept)
    line = len(kept.splitlines()) + 2
    assert f"bundle: src/{project.package}/service.py: invalid syntax (service.py, line {line})" in failed
    assert archive.read_bytes() == before
    assert sorted(path.name for path in (project.path / ".build").iterdir() if path.name.startswith(".")) == []


NEWEST = AXES["python_version"][-1]
RUNTIME_IN_TEMPLATE = ("template.yaml", "Runtime: python3.10", f"Runtime: python{NEWEST}")


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("deploy_with", "package_as"), [*((each, "zip") for each in AXES["deploy_with"]), ("sam", "container")]
)
def test_the_readme_can_be_followed_from_the_start_to_a_newer_python(
    bake: Bake, environments: Path, deploy_with: str, package_as: str
) -> None:
    project = bake(python_version="3.10", deploy_with=deploy_with, package_as=package_as, type_checker="pyrefly")
    files = project.files()
    start, deploy = commands(files["README.md"], "Start"), commands(files["docs/deploy.md"], "Deploy")
    assert start[0].startswith("git init")
    assert "uv run poe validate" in deploy
    for command in start:
        project.run("bash", "-euc", command)
    assert project.run("git", "status", "--porcelain").output == ""
    move_to_newest(project)
    project = project.within(shared(environments, project.answers | {"python_version": NEWEST}))
    project.uv("sync")
    # Lint and TypeScript do not depend on the runtime.
    project.uv("run", "pyrefly", "check")
    project.poe("test")
    for command in deploy:
        if command.endswith(("synth", "validate")):
            project.run("bash", "-euc", command)
    if package_as == "zip":  # `test_images.py` builds images
        project.poe("build")


def move_to_newest(project: Project) -> None:
    """Move `project` to the newest runtime by hand, as docs/upgrade.md says."""
    in_container = project.answers["package_as"] == "container"
    for name, old, new in [
        (".python-version", "3.10", NEWEST),
        *([RUNTIME_IN_TEMPLATE] if project.answers["deploy_with"] == "sam" and not in_container else []),
        *([("Dockerfile", "lambda/python:3.10", f"lambda/python:{NEWEST}")] if in_container else []),
    ]:
        path = project.path / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def test_no_name_of_an_installed_package_is_accepted_as_a_slug(project: Project) -> None:
    code = """
import importlib.metadata as metadata, re
names = set(metadata.packages_distributions())
names |= {re.sub("[-_.]+", "_", each.metadata["Name"]) for each in metadata.distributions()}
print(*names)
"""
    names = {name.lower() for name in project.uv("run", "python", "-c", code).output.split()} - {project.package}
    slugs = {name.replace("_", "-") for name in names if name.isidentifier() and not name.startswith("_")}
    assert {slug for slug in slugs if slug_problem(slug) is None} == set()
