"""The recipes of a project: pages that are patches as well, which fit together and leave the project green."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from test_rendering import check_syntax

from helpers.artifacts import HOST
from helpers.recipes import FOLDER, Hunk, apply, apply_all, compatible_recipes, hunks, page, recipes
from helpers.support import AXES, LONGEST_SLUG, Answers, Bake, Project, run, tool

# What differs besides the event source and the deployment tool: the first answers, and all others.
PLAIN = {"package_as": "zip", "idempotency": "false", "project_slug": "a", "python_version": "3.10"}
FULL = {
    "package_as": "container",
    "storage": "dynamodb",
    "idempotency": "true",
    "project_slug": LONGEST_SLUG,
    "ci": "gitlab",
}
STORED = PLAIN | {"storage": "dynamodb", "python_version": "3.12"}
NEWEST = {"package_as": "zip", "idempotency": "true", "project_slug": "zoo", "python_version": "3.14", "ci": "none"}

CHECKED = {"event_source": "http-api", "python_version": "3.12", "type_checker": "pyrefly", "architecture": HOST}
APPLICATION = ("src/", "tests/conftest.py", "tests/integration/", "tests/support.py", "tests/unit/")


def combinations() -> Iterator[object]:
    """Yield answers for which the pages differ."""
    for event_source in AXES["event_source"]:
        for deploy_with in AXES["deploy_with"]:
            for name, others in (("plain", PLAIN), ("full", FULL), ("stored", STORED), ("newest", NEWEST)):
                answers = {"event_source": event_source, "deploy_with": deploy_with} | others
                yield pytest.param(answers, id=f"{event_source}-{deploy_with}-{name}")


@pytest.fixture(scope="module", params=list(combinations()))
def project(request: pytest.FixtureRequest, bake_once: Bake) -> Project:
    """A project whose pages differ from those of the others."""
    answers: Answers = request.param
    return bake_once(**answers)


def test_index_lists_every_recipe(project: Project) -> None:
    pages = {path.stem for path in (project.path / FOLDER).iterdir()} - {"README"}
    assert sorted(recipes(project)) == sorted(pages)


def test_each_recipe_applies_alone(project: Project) -> None:
    for name in recipes(project):
        apply(project, name, "--check")


def test_all_recipes_apply_together(project: Project, tmp_path: Path) -> None:
    for number, names in enumerate(compatible_recipes(project)):
        changed = replace(project, path=tmp_path / str(number) / project.path.name)
        shutil.copytree(project.path, changed.path)
        for name in names:
            for hunk in hunks(page(project, name)):
                check_hunk(changed.path, hunk, f"{name}.md")
            apply(changed, name)
        for name, text in changed.files().items():
            check_syntax(name, text)
        run(tool("ruff"), "check", "--no-cache", cwd=changed.path)
        run(tool("ruff"), "format", "--check", "--no-cache", cwd=changed.path)


def check_hunk(folder: Path, hunk: Hunk, name: str) -> None:
    """Assert that a hunk says what it changes, and that this is in one place only, wherever its line is by now."""
    where = f"{name}, {hunk.file}, {hunk.header}"
    before, after = hunk.side("-"), hunk.side("+")
    assert hunk.sizes == (len(before), len(after)), f"{where}: it changes {len(before)} lines to {len(after)}"
    if hunk.is_new_file:
        assert not (folder / hunk.file).exists(), f"{where}: the file exists"
        return
    text = (folder / hunk.file).read_text(encoding="utf-8")
    assert f"\n{text}".count("\n".join(["", *before, ""])) == 1, f"{where}: its context is not unique"


READ_SECRETS = """
import json, os
import boto3
from moto import mock_aws
os.environ.update(AWS_ACCESS_KEY_ID="nobody", AWS_SECRET_ACCESS_KEY="nothing", AWS_DEFAULT_REGION="eu-central-1")
with mock_aws():
    from my_lambda_service.secrets import read_secret
    client = boto3.client("ssm")
    client.put_parameter(Name="/service/token", Value="first", Type="SecureString")
    read = [read_secret("/service/token")]
    client.put_parameter(Name="/service/token", Value="second", Type="SecureString", Overwrite=True)
    read.append(read_secret("/service/token"))
    try:
        read_secret("/service/none")
    except Exception as error:
        read.append(type(error).__name__)
print(json.dumps(read))
"""


@pytest.mark.matrix
def test_secret_is_read_once_and_cached(bake: Bake) -> None:
    project = bake(event_source="http-api", python_version="3.13")
    apply(project, "secret")
    printed = project.uv("run", "--no-dev", "--with", "moto[ssm]>=5,<6", "python", "-c", READ_SECRETS).output
    assert json.loads(printed.splitlines()[-1]) == ["first", "first", "GetParameterError"]


def application(project: Project) -> dict[str, str]:
    """Return what does not depend on the tool that deploys: the code in the package, and its tests."""
    return {name: text for name, text in project.files().items() if name.startswith(APPLICATION)}


def check_stack(project: Project, request: pytest.FixtureRequest) -> None:
    """Assert that the project passes its checks, apart from the tests of its application."""
    has_tests_in_python = True
    if project.answers["deploy_with"] == "cdk-typescript":
        (project.path / "node_modules").symlink_to(request.getfixturevalue("node_modules"))
        project.uv("run", "npm", "test")
        has_tests_in_python = any((project.path / "tests" / "infra").glob("test_*.py"))
    if has_tests_in_python:
        project.uv("run", "pytest", "-q", "tests/infra")
    for task in ("lint", "typecheck", "validate"):
        project.poe(task)


@pytest.mark.matrix
def test_project_with_all_recipes_is_green(bake: Bake) -> None:
    project = bake(deploy_with="sam", **CHECKED)
    apply_all(project, next(compatible_recipes(project)))
    project.uv("sync")
    project.poe("check")
    project.poe("validate")


@pytest.mark.matrix
@pytest.mark.parametrize("deploy_with", [each for each in AXES["deploy_with"] if each != "sam"])
def test_stack_with_all_recipes_is_green(bake: Bake, deploy_with: str, request: pytest.FixtureRequest) -> None:
    with_sam, project = bake(deploy_with="sam", **CHECKED), bake(deploy_with=deploy_with, **CHECKED)
    for each in (with_sam, project):
        apply_all(each, next(compatible_recipes(each)))
    assert application(project) == application(with_sam)
    project.uv("sync")
    check_stack(project, request)


@pytest.mark.matrix
@pytest.mark.parametrize("deploy_with", AXES["deploy_with"])
@pytest.mark.parametrize(
    ("event_source", "names"), [("http-api", ["open-api", "cors", "jwt-authorizer"]), ("function-url", ["open-url"])]
)
def test_open_api_is_green(
    bake: Bake, deploy_with: str, event_source: str, names: list[str], request: pytest.FixtureRequest
) -> None:
    project = bake(**CHECKED | {"event_source": event_source, "deploy_with": deploy_with})
    apply_all(project, names)
    project.uv("sync")
    check_stack(project, request)
