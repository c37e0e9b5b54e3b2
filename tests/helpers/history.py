"""A template with a history of releases, and projects that follow it."""

import json
from pathlib import Path

from helpers.support import Project, run, tool

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


def create(template: Path, folder: Path, **answers: str) -> Path:
    """Create a project with plain cookiecutter, from what `template` holds."""
    chosen = [f"{key}={value}" for key, value in answers.items()]
    run(tool("cookiecutter"), str(template), "--no-input", "-o", str(folder), *chosen, cwd=template)
    return folder / SLUG


def create_with_cruft(template: Path, folder: Path, **answers: str) -> Path:
    """Create a project with cruft, as the first commit of a repository."""
    options = ["--no-input", "--output-dir", str(folder), "--extra-context", json.dumps(answers)]
    run(tool("cruft"), "create", str(template), *options, cwd=folder)
    project = folder / SLUG
    run("git", "init", "--quiet", cwd=project)
    commit_all(project, "Start")
    return project


def update(project: Path, **answers: str) -> None:
    """Bring the newest release, and other answers, into `project`."""
    changed = ["--variables-to-update", json.dumps(answers)] if answers else []
    run(tool("cruft"), "update", "--skip-apply-ask", *changed, cwd=project)
