"""The infrastructure tests of a project with the CDK, after what its owner does to the stack.

An edit leaves them green, or fails with a sentence that names the resource and where to accept it.
"""

import re
import shutil
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from helpers.edits_cdk import (
    FAILING_PYTHON,
    FAILING_TYPESCRIPT,
    PYTHON,
    PYTHON_PRELUDE,
    TYPESCRIPT,
    TYPESCRIPT_PRELUDE,
    Edit,
)
from helpers.support import Bake, Done, Project, run, tool, with_node
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
    """Generated projects with their tools, to edit a copy of one and run its infrastructure tests."""

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
            if deploy_with == "cdk-python":
                self._projects[key].uv("sync", "--quiet")
        return self._projects[key]

    def synthesize(self, edit: Edit, deploy_with: str) -> None:
        """Make the edit, and synthesize."""
        project = self._bake(deploy_with=deploy_with)
        apply([edit], project.path, deploy_with)
        synthesize(project, lambda: self._node_modules)

    def test(self, edits: Sequence[Edit], deploy_with: str, event_source: str, *files: str, expect: int) -> Done:
        """Make the edits, and run the infrastructure tests in `files`, or all."""
        project = self.project(deploy_with, event_source)
        copy = self._folder / f"{deploy_with}-{event_source}-{edits[0]}"
        shutil.copytree(project.path, copy, ignore=shutil.ignore_patterns(".venv", "node_modules"))
        try:
            apply(edits, copy, deploy_with)
            return self._run(copy, project, files, expect)
        finally:
            shutil.rmtree(copy)

    def _run(self, copy: Path, project: Project, files: Sequence[str], expect: int) -> Done:
        if project.answers["deploy_with"] == "cdk-python":
            tools = project.venv / "bin"
            search = f"{tools}:{with_node()}"
            command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *(files or ["tests/infra"])]
            return run(tools / "python", *command, cwd=copy, expect=expect, PYTHONPATH="src", PATH=search)
        (copy / "node_modules").symlink_to(self._node_modules)
        tests = files or sorted(str(path.relative_to(copy)) for path in copy.glob("tests/infra/*.test.ts"))
        return run(tool("node"), "--test", "--test-isolation=none", *tests, cwd=copy, expect=expect, PATH=with_node())


@pytest.fixture(scope="module")
def edited(bake_once: Bake, node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Edited:
    return Edited(bake_once, node_modules, tmp_path_factory.mktemp("edited"))


@pytest.mark.xdist_group("edits-cdk")
@pytest.mark.parametrize(
    ("deploy_with", "event_source", "edits"),
    [
        pytest.param("cdk-python", "http-api", PYTHON, id="python"),
        pytest.param("cdk-python", "sqs", PYTHON[::2], id="python-sqs-even"),
        pytest.param("cdk-python", "sqs", PYTHON[1::2], id="python-sqs-odd"),
        pytest.param("cdk-typescript", "http-api", TYPESCRIPT, id="typescript"),
    ],
)
def test_edits_keep_the_tests_green(edited: Edited, deploy_with: str, event_source: str, edits: list[Edit]) -> None:
    edited.test(edits, deploy_with, event_source, expect=0)


@pytest.mark.xdist_group("edits-cdk")
@pytest.mark.parametrize(
    ("deploy_with", "edit"),
    [
        *(pytest.param("cdk-python", edit, id=f"python-{edit}") for edit in FAILING_PYTHON),
        *(pytest.param("cdk-typescript", edit, id=f"typescript-{edit}") for edit in FAILING_TYPESCRIPT),
    ],
)
def test_edit_fails_with_a_sentence(edited: Edited, deploy_with: str, edit: Edit) -> None:
    done = edited.test([edit], deploy_with, "http-api", *ABOUT_ALL_RESOURCES[deploy_with], expect=1)
    assert edit.sentence in done.output
    assert not UNREADABLE.search(done.output), done.output


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
