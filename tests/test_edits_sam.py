"""The infrastructure tests of a project with AWS SAM, after what its owner does to `template.yaml`.

An edit leaves them green, or fails with a sentence that names the resource, the rule and where to accept it.
"""

import functools
import os
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from helpers.edits_sam import EDITS, Edit
from helpers.support import Bake, Done, run

pytestmark = pytest.mark.matrix

SOURCES = ["http-api", "sqs"]
UNREADABLE = re.compile(r"\b(?:Attribute|Index|Key|Type|Value)Error\b")
# Runs the tests of each folder in a process of its own, which shares what is imported before.
DRIVER = """
import importlib, os, sys
from contextlib import suppress

import pytest

for name in ("aws_lambda_powertools.metrics", "moto.core", "pydantic", "samtranslator.translator.transform"):
    with suppress(ImportError):
        importlib.import_module(name)
for folder in sys.argv[1:]:
    if not (child := os.fork()):
        os.chdir(folder)
        sys.path.insert(0, folder)
        output = os.open("output.txt", os.O_WRONLY | os.O_CREAT)
        os.dup2(output, 1)
        os.dup2(output, 2)
        status = pytest.main(["-q", "-p", "no:cacheprovider", "tests/infra"])
        sys.stdout.flush()
        os._exit(status)
    _, status = os.waitpid(child, 0)
    with open(f"{folder}/status.txt", "w") as file:
        file.write(str(os.waitstatus_to_exitcode(status)))
"""


def apply(edits: Iterable[Edit], folder: Path) -> None:
    """Make the edits in the project in `folder`; each must find what it changes."""
    for edit in edits:
        for name, old, new in edit.changes:
            path = folder / name
            text = path.read_text(encoding="utf-8")
            if old == "{stage}":  # a copy of the last stage, which nothing else precedes
                section = text[text.index("[prod.global") :]
                text = f"{text}\n{section.replace('prod', new)}"
            assert old == "{stage}" or old in text, (name, old)
            path.write_text(text.replace(old, new), encoding="utf-8")
        template = folder / "template.yaml"
        text = template.read_text(encoding="utf-8")
        template.write_text(text.replace("\nOutputs:\n", f"{edit.resources}\nOutputs:\n"), encoding="utf-8")
        accepted = folder / "tests" / "infra" / "accepted.py"
        text = accepted.read_text(encoding="utf-8")
        lines = "".join(f'    ("{place}", "{rule}"): "A reason.",\n' for place, rule in edit.accepted)
        accepted.write_text(text.replace("ACCEPTED = {\n", f"ACCEPTED = {{\n{lines}"), encoding="utf-8")


class Edited:
    """A project whose tools are installed, and copies of it with edits."""

    def __init__(self, bake: Bake, source: str, folder: Path) -> None:
        self._project = bake(
            project_slug="zoo",
            event_source=source,
            deploy_with="sam",
            python_version="3.12",
            type_checker="pyrefly",
            ci="none",
        )
        self._folder = folder

    def copy(self, name: str, edits: Iterable[Edit]) -> Path:
        """Return the folder of a copy with these edits."""
        folder = self._folder / re.sub(r"\W+", "-", name)
        shutil.copytree(self._project.path, folder, ignore=shutil.ignore_patterns(".git", ".venv"))
        apply(edits, folder)
        return folder

    def test(self, *folders: Path) -> list[Done]:
        """Run the infrastructure tests in the copies, and return what they printed."""
        self._run(folders[0], "-c", DRIVER, *folders)
        return [Done(int((each / "status.txt").read_text()), (each / "output.txt").read_text()) for each in folders]

    def validate(self, folder: Path) -> Done:
        return self._run(folder, "-m", "scripts.validate")

    def _run(self, folder: Path, *arguments: str | Path) -> Done:
        self._project.uv("sync", "--quiet")  # another project may have had its turn in the virtual environment
        tools = self._project.venv / "bin"
        path = os.pathsep.join([str(tools), os.environ["PATH"]])
        return run(tools / "python", *arguments, cwd=folder, PATH=path)


@pytest.fixture(scope="module")
def edited(bake_once: Bake, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Edited]:
    return functools.cache(lambda source: Edited(bake_once, source, tmp_path_factory.mktemp(source)))


@pytest.fixture(scope="module")
def outcomes(edited: Callable[[str], Edited]) -> Callable[[str], dict[str, Done]]:
    """A function that returns what the tests print after each edit alone."""

    def outcomes(source: str) -> dict[str, Done]:
        names = [name for name, edit in EDITS.items() if source == edit.sources[0]]
        folders = [edited(source).copy(name, [EDITS[name]]) for name in names]
        return dict(zip(names, edited(source).test(*folders), strict=True))

    return functools.cache(outcomes)


def check(edit: Edit, done: Done) -> None:
    """Fail unless the tests passed, or failed with the sentence and nothing that no one can read."""
    if edit.sentence:
        assert edit.sentence in done.output, done.output
        assert not UNREADABLE.search(done.output), done.output
    else:
        assert done.status == 0, done.output


@pytest.mark.parametrize(
    ("source", "name"),
    [
        pytest.param(edit.sources[0], name, marks=pytest.mark.xdist_group(f"edits of {edit.sources[0]}"))
        for name, edit in EDITS.items()
    ],
)
def test_edit_passes_or_names_the_rule(outcomes: Callable[[str], dict[str, Done]], source: str, name: str) -> None:
    check(EDITS[name], outcomes(source)[name])


@pytest.mark.parametrize(
    "source", [pytest.param(each, marks=pytest.mark.xdist_group(f"edits of {each}")) for each in SOURCES]
)
@pytest.mark.parametrize("refused", [False, True], ids=["passing", "refused"])
def test_edits_go_together(edited: Callable[[str], Edited], source: str, *, refused: bool) -> None:
    edits = [each for each in EDITS.values() if source in each.sources and not each.alone]
    edits = [each for each in edits if bool(each.sentence) == refused]
    folder = edited(source).copy(f"together-{refused}", edits)
    (done,) = edited(source).test(folder)
    for edit in edits:
        check(edit, done)
    if not refused:
        edited(source).validate(folder)
