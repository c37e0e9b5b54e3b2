"""A template with a history of releases, and projects that follow it.

The engines run in this process; `test_engines.py` and some of `test_upgrades.py` run their commands.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cruft
import pytest
from cookiecutter.main import cookiecutter

from helpers.support import ROOT, Project, clean_environment, run

SLUG = "my-lambda-service"


def files_of(folder: Path) -> dict[str, str]:
    """Return the text of every file of the project in `folder`."""
    return Project(folder, {}).files()


def edit(path: Path, old: str, new: str) -> None:
    """Replace `old`, which must be there, by `new`."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def commit_all(repository: Path, message: str) -> None:
    run("git", "add", "--all", cwd=repository)
    run("git", "commit", "--quiet", "--message", message, cwd=repository)


def release(template: Path, version: str) -> None:
    """Commit what has changed in `template`, and tag it."""
    commit_all(template, version)
    run("git", "tag", version, cwd=template)


@contextmanager
def as_command() -> Iterator[None]:
    """Let an engine find what it would find as a command: each release has an extension of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in clean_environment().items():
            patch.setenv(name, value)
        patch.delitem(sys.modules, "lambda_python_answers", raising=False)
        patch.setattr(sys, "path", [folder for folder in sys.path if Path(folder).resolve() != ROOT])
        yield


def create(template: Path, folder: Path, **answers: str) -> Path:
    """Create a project with plain cookiecutter, from what `template` holds."""
    with as_command():
        return Path(cookiecutter(str(template), no_input=True, output_dir=str(folder), extra_context=answers))


def create_with_cruft(template: Path, folder: Path, **answers: str) -> Path:
    """Create a project with cruft, as the first commit of a repository."""
    with as_command():
        project = cruft.create(str(template), output_dir=folder, extra_context=answers)
    run("git", "init", "--quiet", cwd=project)
    commit_all(project, "Start")
    return Path(project)


def update(project: Path, **answers: str) -> None:
    """Bring the newest release, and other answers, into `project`."""
    with as_command():
        assert cruft.update(project, extra_context=answers)
