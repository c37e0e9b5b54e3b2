"""Deploys a project of each row once, to the emulator of the process that tests it."""

import os
import sys
from collections.abc import Callable, Iterator

import pytest

from deployed.cloud import NO_PROXY, Cloud, emulate
from deployed.rows import PYTHON, QUICK, ROWS, SETTINGS
from deployed.stack import Deployment, Stack
from helpers.artifacts import HOST
from helpers.support import Answers, Bake, commands


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test with the rows that its module names; all tests of a row run one after the other, on one worker."""
    if "deployed" in metafunc.fixturenames:
        params = [parameter(row) for row in metafunc.module.ROWS]
        metafunc.parametrize("deployed", params, indirect=True)


def parameter(row: Answers) -> object:
    """Return `row` with its name and its marks."""
    parts = {"kept": row["storage"] == "dynamodb", "once": row["idempotency"] == "true"}
    name = "-".join([row["deploy_with"], row["event_source"], *(part for part, applies in parts.items() if applies)])
    linux = pytest.mark.skipif(sys.platform != "linux", reason="packages hold libraries for Linux, and run here")
    marks = [pytest.mark.xdist_group(name), pytest.mark.deployed, linux]
    return pytest.param(row, id=name, marks=marks if row is QUICK else [*marks, pytest.mark.matrix])


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The emulator of this process, whose commands and clients know of no other cloud."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [each for each in os.environ if each.startswith("AWS_")]:
            patch.delenv(name)
        for name in ("NO_PROXY", "no_proxy"):
            patch.setenv(name, NO_PROXY)
        with emulate(tmp_path_factory.mktemp("cloud"), PYTHON) as cloud:
            yield cloud


@pytest.fixture(scope="session")
def deploy(cloud: Cloud, bake_once: Bake, request: pytest.FixtureRequest) -> Callable[[int], Deployment]:
    """Deploy a new project of a row to both stages; return the same from then on, or fail as at first."""
    outcomes: dict[int, Deployment | AssertionError] = {}

    def deploy_once(number: int) -> Deployment:
        if number not in outcomes:
            try:
                outcomes[number] = deploy(number)
            except AssertionError as error:
                outcomes[number] = error
        outcome = outcomes[number]
        if isinstance(outcome, AssertionError):
            raise outcome
        return outcome

    def deploy(number: int) -> Deployment:
        row = ROWS[number]
        project = bake_once(
            project_slug=f"orders-{number}",
            architecture=HOST,
            python_version=PYTHON,
            type_checker="pyrefly",
            **row,
        ).within(cloud.shell())
        project.uv("sync")
        if row["deploy_with"] == "cdk-typescript":
            (project.path / "node_modules").symlink_to(request.getfixturevalue("node_modules"))
        deployment = Deployment(project, Stack(project, "dev", cloud), Stack(project, "prod", cloud))
        follow_readme(deployment, SETTINGS.get(row["event_source"], {}))
        return deployment

    return deploy_once


def follow_readme(deployment: Deployment, settings: dict[str, str]) -> None:
    """Run what the README says under "Deploy", without questions; the stage dev gets `settings`."""
    project = deployment.project
    for command in commands((project.path / "README.md").read_text(encoding="utf-8"), "Deploy"):
        match command.split():
            case ["uv", "run", "poe", "deploy"]:
                deployment.dev.deploy(settings)
            case ["uv", "run", "poe", "deploy", "--stage", "prod"]:
                deployment.prod.deploy()
            case [*_, "bootstrap"] if deployment.dev.cloud.describe("CDKToolkit"):
                pass  # once for each account and Region
            case _:
                project.run("bash", "-euc", command)


@pytest.fixture
def deployed(request: pytest.FixtureRequest, deploy: Callable[[int], Deployment]) -> Deployment:
    """The project of a row; the tests of a row see what those before them left."""
    return deploy(ROWS.index(request.param))
