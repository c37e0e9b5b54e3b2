"""The README's picture shows what the template asks, what the README says, and what a project's tasks run."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli

import record

pytestmark = pytest.mark.xdist_group("session")  # one dialog is enough for all
AGAIN = "The picture is out of date: run `uv run python scripts/record.py`."


@pytest.fixture(scope="module")
def session() -> list[str]:
    """The lines of the picture."""
    return record.read(record.PICTURE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("session")


@pytest.fixture(scope="module")
def dialog(folder: Path) -> list[str]:
    """The lines of the dialog as it is now."""
    return record.ask(folder)


@pytest.fixture(scope="module")
def tasks(folder: Path, dialog: list[str]) -> dict[str, Any]:
    """The tasks of the project that the dialog has created."""
    assert dialog
    (pyproject,) = folder.glob("*/pyproject.toml")
    found: dict[str, Any] = tomli.loads(pyproject.read_text(encoding="utf-8"))["tool"]["poe"]["tasks"]
    return found


def commands_of(task: Any, tasks: dict[str, Any]) -> Iterator[str]:  # noqa: ANN401 - a task is a name or a table
    """Yield the commands that `task` runs."""
    if isinstance(task, str):
        yield from commands_of(tasks[task], tasks)
    elif "cmd" in task:
        yield task["cmd"]
    else:
        for each in task["sequence"]:
            yield from commands_of(each, tasks)


def test_picture_shows_the_prompts(session: list[str], dialog: list[str]) -> None:
    assert session[1 : len(dialog) + 1] == dialog, AGAIN


def test_picture_shows_what_tasks_run(session: list[str], tasks: dict[str, Any]) -> None:
    named = re.findall(r"^\$ uv run poe (\S+)$", "\n".join(session), re.MULTILINE)
    run = [command for name in named for command in commands_of(name, tasks)]
    assert [line.removeprefix("Poe => ") for line in session if line.startswith("Poe => ")] == run, AGAIN


def test_picture_shows_the_commands_of_the_readme(session: list[str]) -> None:
    assert [line for line in session if line.startswith("$ ")] == [f"$ {each}" for each in record.commands()], AGAIN


def test_picture_shows_success(session: list[str]) -> None:
    text = "\n".join(session)
    assert "All checks passed!" in text
    assert re.search(r" \d+ passed in [\d.]+s ", text)
    assert "failed" not in text
    assert '"statusCode": 201,' in text
