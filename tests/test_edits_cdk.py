"""The infrastructure tests of a project with the CDK, after what its owner does to the stack.

An edit leaves them green, or fails with a sentence that names the resource and where to accept it.
"""

import functools
import re
import shutil
import textwrap
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from helpers.copies import run_pytest
from helpers.edits_cdk import (
    FAILING_PYTHON,
    FAILING_TYPESCRIPT,
    PYTHON,
    PYTHON_PRELUDE,
    TYPESCRIPT,
    TYPESCRIPT_PRELUDE,
    Edit,
)
from helpers.support import Bake, Project, run, tool, with_node
from helpers.synthesis import synthesize

pytestmark = pytest.mark.matrix

# The file of the stack, the end of its constructor, and what comes before the class.
STACKS = {
    "cdk-python": ("infra/stack.py", "        self._apply_to_all(stage)\n", "class ", PYTHON_PRELUDE),
    "cdk-typescript": ("infra/stack.ts", "    this.applyToAll(stage);\n", "interface ", TYPESCRIPT_PRELUDE),
}
# The tests that the edits which fail are about; all tests run for the others.
ABOUT_ALL_RESOURCES = {
    "cdk-python": ["tests/infra/test_rules.py", "tests/infra/test_stack.py"],
    "cdk-typescript": ["tests/infra/rules.test.ts", "tests/infra/stack.test.ts"],
}
FAILING = {"cdk-python": FAILING_PYTHON, "cdk-typescript": FAILING_TYPESCRIPT}
UNREADABLE = re.compile(r"\b(?:Attribute|Index|Key|Type|Value)Error\b|\bundefined\b")


def apply(edits: Iterable[Edit], project: Path, deploy_with: str) -> None:
    """Make the edits in the project; each must find what it changes."""
    name, end, start, prelude = STACKS[deploy_with]
    code = ""
    for edit in edits:
        code += textwrap.indent(edit.code, "        ")
        for path, old, new in edit.changes:
            text = (project / path).read_text(encoding="utf-8")
            assert old in text, f"{edit}: {path}"
            (project / path).write_text(text.replace(old, new, 1), encoding="utf-8")
    stack = (project / name).read_text(encoding="utf-8")
    assert stack.count(end) == 1
    imports, opening, rest = stack.replace(end, end + code).partition(start)
    (project / name).write_text(f"{imports}{prelude}\n\n{opening}{rest}", encoding="utf-8")


class Edited:
    """Generated projects with their tools, to edit copies of one and run their infrastructure tests."""

    def __init__(self, bake: Bake, node_modules: Path, folder: Path) -> None:
        self._bake = bake
        self._node_modules = node_modules
        self._folder = folder
        self._projects: dict[tuple[str, str], Project] = {}

    def project(self, deploy_with: str, event_source: str) -> Project:
        """Return the project to copy; one that uses Python has its own packages, which differ by event source."""
        key = deploy_with, event_source
        if key not in self._projects:
            self._projects[key] = self._bake(
                deploy_with=deploy_with,
                event_source=event_source,
                python_version="3.12",
                type_checker="pyrefly",
                ci="none",
            )
        return self._projects[key]

    def synthesize(self, edit: Edit, deploy_with: str) -> None:
        """Make the edit, and synthesize."""
        project = self._bake(deploy_with=deploy_with)
        apply([edit], project.path, deploy_with)
        synthesize(project, lambda: self._node_modules)

    def test(self, changes: Sequence[Sequence[Edit]], deploy_with: str, event_source: str, *files: str) -> list[str]:
        """Make each of the changes in a copy, run the tests in `files`, or all, and return what fails in each copy."""
        project = self.project(deploy_with, event_source)
        copies = []
        for number, edits in enumerate(changes):
            copies.append(self._folder / f"{deploy_with}-{event_source}-{len(files)}-{number}")
            shutil.copytree(project.path, copies[-1], ignore=shutil.ignore_patterns(".venv", "node_modules"))
            apply(edits, copies[-1], deploy_with)
        run_tests = failures_of_pytest if deploy_with == "cdk-python" else self._run_node
        return run_tests(project, copies, files)

    def _run_node(self, _: Project, copies: Sequence[Path], files: Sequence[str]) -> list[str]:
        """Run the tests of all copies in one process, and return the part of each in what it prints of failures."""
        for copy in copies:
            (copy / "node_modules").symlink_to(self._node_modules)
        tests = [path for copy in copies for path in sorted(copy.glob("tests/infra/*.test.ts"))]
        chosen = [path for path in tests if not files or f"tests/infra/{path.name}" in files]
        options = ["--test", "--test-isolation=none", "--test-reporter=spec"]
        output = run(tool("node"), *options, *chosen, cwd=self._folder, expect=None, PATH=with_node()).output
        assert re.search(r"pass [1-9]", output, re.MULTILINE), output
        failures = output.partition("failing tests:")[2].split("\ntest at ")[1:]
        by_copy = {copy.name: [each for each in failures if each.startswith(f"{copy.name}/")] for copy in copies}
        assert sum(map(len, by_copy.values())) == len(failures)
        return ["".join(each) for each in by_copy.values()]


def failures_of_pytest(project: Project, copies: Sequence[Path], files: Sequence[str]) -> list[str]:
    """Run the tests of all copies, and return what pytest prints for each that fails."""
    outputs = run_pytest(project, copies, files or ["tests/infra"])
    return [output if " failed" in output or "error" in output else "" for output in outputs]


@pytest.fixture(scope="module")
def edited(bake_once: Bake, node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Edited:
    return Edited(bake_once, node_modules, tmp_path_factory.mktemp("edited"))


@pytest.fixture(scope="module")
def failures(edited: Edited) -> Callable[[str], list[str]]:
    """A function that returns what the tests print after each edit alone that is to fail."""

    def failures(deploy_with: str) -> list[str]:
        changes = [[edit] for edit in FAILING[deploy_with]]
        return edited.test(changes, deploy_with, "http-api", *ABOUT_ALL_RESOURCES[deploy_with])

    return functools.cache(failures)


@pytest.mark.xdist_group("edits-cdk")
@pytest.mark.parametrize(
    ("deploy_with", "event_source", "changes"),
    [
        pytest.param("cdk-python", "http-api", [PYTHON], id="python"),
        pytest.param("cdk-python", "sqs", [PYTHON[::2], PYTHON[1::2]], id="python-sqs"),
        pytest.param("cdk-typescript", "http-api", [TYPESCRIPT], id="typescript"),
    ],
)
def test_edits_keep_the_tests_green(
    edited: Edited, deploy_with: str, event_source: str, changes: list[list[Edit]]
) -> None:
    assert [each for each in edited.test(changes, deploy_with, event_source) if each] == []


@pytest.mark.xdist_group("edits-cdk")
@pytest.mark.parametrize(
    ("deploy_with", "number"),
    [
        pytest.param(deploy_with, number, id=f"{deploy_with}-{edit}")
        for deploy_with, edits in FAILING.items()
        for number, edit in enumerate(edits)
    ],
)
def test_edit_fails_with_a_sentence(failures: Callable[[str], list[str]], deploy_with: str, number: int) -> None:
    output = failures(deploy_with)[number]
    assert FAILING[deploy_with][number].sentence in output
    assert not UNREADABLE.search(output), output


@pytest.mark.xdist_group("edits-cdk")
@pytest.mark.parametrize(
    ("deploy_with", "edit"),
    [
        pytest.param("cdk-python", FAILING_PYTHON[0], id="python"),
        pytest.param("cdk-typescript", FAILING_TYPESCRIPT[0], id="typescript"),
    ],
)
def test_finding_of_cdk_nag_fails_synthesis(edited: Edited, deploy_with: str, edit: Edit) -> None:
    with pytest.raises(AssertionError) as caught:
        edited.synthesize(edit, deploy_with)
    assert "-dev/Bare/Resource" in str(caught.value)
    assert "Acknowledge with 'AwsSolutions::AwsSolutions-S1'" in str(caught.value)
