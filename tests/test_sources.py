"""Event sources do not know of each other, and no other file knows one: a folder, a choice and a label make it."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers.support import AXES, ROOT, Answers, Project, copy_template, run, shared, tool

SOURCES = AXES["event_source"]
# How the new name of a source begins.
ANOTHER = "another-"
# As many rows as there are tools; the tests of rendering cover all others.
KINDS: list[Answers] = [
    {"deploy_with": "sam", "package_as": "zip", "idempotency": "false", "ci": "github"},
    {"deploy_with": "cdk-python", "package_as": "container", "idempotency": "true", "ci": "gitlab"},
    {"deploy_with": "cdk-typescript", "package_as": "zip", "idempotency": "true", "ci": "none"},
]
RENDER = """
import json, sys
from cookiecutter.main import cookiecutter
for number, answers in enumerate(json.loads(sys.argv[2])):
    cookiecutter(".", no_input=True, extra_context=answers, output_dir=f"{sys.argv[1]}/{number}")
"""


def rendered(template: Path, target: Path, rows: list[Answers]) -> list[dict[str, str]]:
    """Return the files of a project of `template` for each of `rows`, whatever the source's name; one page has it."""
    run(sys.executable, "-c", RENDER, target, json.dumps(rows), cwd=template)
    made = [Project(next((target / str(number)).iterdir()), row).files() for number, row in enumerate(rows)]
    return [{name: text.replace(ANOTHER, "") for name, text in files.items()} for files in made]


def changed(before: list[dict[str, str]], after: list[dict[str, str]]) -> list[str]:
    """Return the files that differ, after the number of their project."""
    pairs = enumerate(zip(before, after, strict=True))
    return [
        f"{number}: {name}"
        for number, (one, other) in pairs
        for name in sorted(one.keys() | other.keys())
        if one.get(name) != other.get(name)
    ]


def change_answers(template: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Apply `change` to what `template` asks."""
    path = template / "cookiecutter.json"
    answers = json.loads(path.read_text(encoding="utf-8"))
    change(answers)
    path.write_text(json.dumps(answers, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def copy_source(template: Path, event_source: str) -> None:
    """Add a copy of `event_source` to `template`, under a new name: its folder, its choice and its label."""
    folder, name = template / "templates" / "event_source", ANOTHER + event_source
    shutil.copytree(folder / event_source, folder / name)

    def register(answers: dict[str, Any]) -> None:
        answers["event_source"].append(name)
        answers["__prompts__"]["event_source"][name] = "Another event source"

    change_answers(template, register)


def remove(template: Path, event_source: str) -> None:
    """Take `event_source` out of `template`."""
    shutil.rmtree(template / "templates" / "event_source" / event_source)
    change_answers(template, lambda answers: answers["event_source"].remove(event_source))


@pytest.mark.parametrize(
    "kinds",
    [pytest.param(KINDS[:1], id="sam"), pytest.param(KINDS[1:], id="cdk", marks=pytest.mark.matrix)],
)
def test_a_source_under_another_name_is_the_same(tmp_path: Path, kinds: list[Answers]) -> None:
    template = copy_template(tmp_path / "template")
    for each in SOURCES:
        copy_source(template, each)
    for each in SOURCES:
        remove(template, each)
    rows = [kind | {"event_source": each} for kind in kinds for each in SOURCES]
    others = [row | {"event_source": ANOTHER + row["event_source"]} for row in rows]
    assert changed(rendered(ROOT, tmp_path / "rows", rows), rendered(template, tmp_path / "others", others)) == []


@pytest.mark.matrix
@pytest.mark.parametrize("event_source", SOURCES)
def test_a_template_without_one_source_is_whole(tmp_path: Path, event_source: str) -> None:
    template = copy_template(tmp_path / "template")
    remove(template, event_source)
    rows = [KINDS[0] | {"event_source": each} for each in SOURCES if each != event_source]
    assert changed(rendered(ROOT, tmp_path / "with", rows), rendered(template, tmp_path / "without", rows)) == []
    # Its rows name each source.
    run(tool("pytest"), "-n0", "-q", "--collect-only", "--ignore=tests/test_project.py", "tests", cwd=template)


@pytest.mark.matrix
def test_a_template_without_the_default_source_passes_its_tests(tmp_path: Path) -> None:
    template = copy_template(tmp_path / "template")
    remove(template, SOURCES[0])
    run("git", "init", "--quiet", cwd=template)
    tests = [f"tests/test_{name}.py" for name in ("answers", "repository", "engines", "runtimes")]
    run(tool("pytest"), "-n0", "-q", *tests, "-k", "not (wrong_answer or printable)", cwd=template)


@pytest.mark.matrix
def test_a_copied_source_passes_its_checks(tmp_path: Path, environments: Path) -> None:
    template = copy_template(tmp_path / "template")
    run("git", "init", "--quiet", cwd=template)
    copy_source(template, "sqs")
    # Its failures are to be tested on the emulator, and the README is to name it; the rest takes long.
    left_out = "rows_name_tests_that_exist or readme_names_every_answer or upgrades or aws_rules or container"
    run(tool("pytest"), "-n0", "-q", "tests", "-k", f"another-sqs and not ({left_out})", cwd=template)
    rows = [KINDS[0] | {"event_source": f"{ANOTHER}sqs", "type_checker": "pyrefly"}]
    rendered(template, tmp_path / "made", rows)
    project = Project(next((tmp_path / "made" / "0").iterdir()), rows[0], shared(environments, rows[0]))
    project.run("git", "init", "--quiet")
    project.run("git", "add", "--all")
    project.uv("sync", "--quiet")
    project.poe("lint")
    project.uv("run", "pytest", "--quiet", "--no-cov", "tests/unit")
