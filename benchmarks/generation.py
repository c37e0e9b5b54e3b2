"""Generation of a project against that of an empty template of one file, by the same engine."""

from functools import partial
from pathlib import Path

from measuring import ROOT, Spread, generate, in_turn, scratch


def make_empty_template(folder: Path) -> Path:
    """Write a template with one answer and one file, and return where it is."""
    project = folder / "{{cookiecutter.name}}"
    project.mkdir(parents=True)
    (project / "README.md").write_text("# {{ cookiecutter.name }}\n", encoding="utf-8")
    (folder / "cookiecutter.json").write_text('{"name": "empty"}\n', encoding="utf-8")
    return folder


def generate_once(template: Path) -> float:
    """Return how many seconds one generation takes."""
    with scratch() as output:
        return generate(template, output, {})


def measure(rounds: int) -> dict[str, Spread]:
    """Return the seconds that either template needs."""
    with scratch() as folder:
        templates = {"this template": ROOT, "empty template": make_empty_template(folder / "empty")}
        return in_turn(rounds, {name: partial(generate_once, template) for name, template in templates.items()})
