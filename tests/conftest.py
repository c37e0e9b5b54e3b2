import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.history import release
from helpers.rendering import many_projects
from helpers.rows import PROJECTS
from helpers.support import Answers, Bake, Project, copy_template, run, shared, tool, with_node
from helpers.synthesis import Synthesize, synthesizer


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let all tests of one project follow each other, though some of them are for some projects only."""
    files = {path: number for number, path in enumerate(dict.fromkeys(item.path for item in items))}
    items.sort(key=lambda item: (files[item.path], *place(item)))


def place(item: pytest.Item) -> tuple[int, int]:
    """Return the number of the project that the test `item` is about, and its line; without a project, it is last."""
    project = item.callspec.params.get("project") if hasattr(item, "callspec") else None
    return (PROJECTS.index(project), item.reportinfo()[1] or 0) if project in PROJECTS else (len(PROJECTS), 0)


@pytest.fixture(autouse=True, scope="session")
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the engine keep the last answers in a folder of this process: another test's are not to be replayed."""
    folder = tmp_path_factory.mktemp("engine")
    settings = folder / "settings.yaml"
    text = json.dumps({"cookiecutters_dir": str(folder), "replay_dir": str(folder)})
    settings.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COOKIECUTTER_CONFIG", str(settings))
        yield


@pytest.fixture(autouse=True, scope="session")
def fast_rendering() -> Iterator[None]:
    """Render each project in a fraction of the time that the first one takes."""
    with many_projects():
        yield


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the virtual environments and caches in which the projects of this process take turns."""
    return tmp_path_factory.mktemp("environments")


@pytest.fixture(autouse=True, scope="session")
def compiled_once(environments: Path) -> Iterator[None]:
    """Let all processes of Node share what they compile of the CDK, which takes half the time of a synthesis."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NODE_COMPILE_CACHE", str(environments / "node"))
        yield


def bake_with(cookies: Any, environments: Path) -> Bake:  # noqa: ANN401 - pytest-cookies has no types
    def bake(**answers: str) -> Project:
        result = cookies.bake(extra_context=answers)
        if result.exception:
            raise result.exception
        given = {key: value for key, value in result.context.items() if not key.startswith("_")}
        as_text: Answers = {
            key: str(value).lower() if isinstance(value, bool) else value for key, value in given.items()
        }
        return Project(Path(result.project_path), as_text, shared(environments, as_text))

    return bake


@pytest.fixture
def bake(cookies: Any, environments: Path) -> Bake:  # noqa: ANN401 - as above
    """Generate a project with the answers given, in a folder that is removed after the test."""
    return bake_with(cookies, environments)


@pytest.fixture(scope="session")
def bake_once(cookies_session: Any, environments: Path) -> Bake:  # noqa: ANN401 - as above
    """Generate a project that several tests use."""
    return bake_with(cookies_session, environments)


@pytest.fixture(scope="session")
def node_modules(bake_once: Bake) -> Path:
    """The packages of Node's that a project in TypeScript needs."""
    project = bake_once(deploy_with="cdk-typescript")
    run(tool("npm"), "install", "--no-audit", "--no-fund", cwd=project.path, PATH=with_node())
    return project.path / "node_modules"


@pytest.fixture(scope="session")
def synthesize(bake_once: Bake, request: pytest.FixtureRequest) -> Synthesize:
    """A function that returns the templates of both stages for some answers, and makes them once."""
    return synthesizer(bake_once, lambda: request.getfixturevalue("node_modules"))


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository of `template`, which each test gets a copy of."""
    copy = copy_template(tmp_path_factory.mktemp("released") / "template")
    run("git", "init", "--quiet", "--initial-branch=main", cwd=copy)
    release(copy, "v0.1.0")
    run("git", "gc", "--quiet", cwd=copy)  # one file to copy for all commits
    return copy


@pytest.fixture
def template(released: Path, tmp_path: Path) -> Path:
    """A copy of the template that is a git repository with one release, v0.1.0."""
    return Path(shutil.copytree(released, tmp_path / "template", symlinks=True))
