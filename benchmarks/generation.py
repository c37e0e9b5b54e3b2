"""Generation of a project against that of two other templates, by the same engine.

One is empty: what the engine itself takes. The other has the files of the default project as plain text, with nothing
to fill in: what the engine takes to copy as many.
"""

from functools import partial
from pathlib import Path

from measuring import ROOT, Spread, generate, in_turn, project_in, scratch

# Jinja's delimiters, each to be replaced by as many characters that mean nothing to it.
OPENERS = {"{{": "((", "{%": "(%", "{#": "(#"}


def make_empty_template(folder: Path) -> Path:
    """Write a template with one answer and one file, and return where it is."""
    project = folder / "{{cookiecutter.name}}"
    project.mkdir(parents=True)
    (project / "README.md").write_text("# {{ cookiecutter.name }}\n", encoding="utf-8")
    (folder / "cookiecutter.json").write_text('{"name": "empty"}\n', encoding="utf-8")
    return folder


def make_plain_template(folder: Path) -> Path:
    """Write a template with one answer and the files of the default project, and return where it is."""
    make_empty_template(folder)
    with scratch() as output:
        generate(ROOT, output, {})
        made = project_in(output)
        for file in (path for path in made.rglob("*") if path.is_file()):
            text = file.read_text(encoding="utf-8")
            for opener, plain in OPENERS.items():
                text = text.replace(opener, plain)
            target = folder / "{{cookiecutter.name}}" / file.relative_to(made)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return folder


def generate_once(template: Path) -> float:
    """Return how many seconds one generation takes."""
    with scratch() as output:
        return generate(template, output, {})


def measure(rounds: int) -> dict[str, Spread]:
    """Return the seconds that each template needs."""
    with scratch() as folder:
        templates = {
            "this template": ROOT,
            "its files as plain text": make_plain_template(folder / "plain"),
            "empty template": make_empty_template(folder / "empty"),
        }
        return in_turn(rounds, {name: partial(generate_once, template) for name, template in templates.items()})
