"""Event sources do not know of each other: a template without any one of them is whole."""

import json
import shutil
from pathlib import Path

import pytest

from helpers.support import AXES, copy_template, run, tool


@pytest.mark.matrix
@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_a_template_without_one_source_passes_its_tests(tmp_path: Path, event_source: str) -> None:
    template = copy_template(tmp_path / "template")
    shutil.rmtree(template / "templates" / "event_source" / event_source)
    path = template / "cookiecutter.json"
    answers = json.loads(path.read_text(encoding="utf-8"))
    answers["event_source"].remove(event_source)
    path.write_text(json.dumps(answers, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    run("git", "init", "--quiet", cwd=template)
    # The default makes projects in these tests, too; without another source, they do the same as with it.
    is_default = event_source == AXES["event_source"][0]
    names = ["answers", "repository", *(["engines", "runtimes"] if is_default else [])]
    left_out = ["wrong_answer", "printable", *([] if is_default else ["awkward"])]
    tests = [f"tests/test_{name}.py" for name in names]
    run(tool("pytest"), "-n0", "-q", *tests, "-k", f"not ({' or '.join(left_out)})", cwd=template)
    few = "(3.10-arm64 and mypy-github) or (3.14-x86_64 and pyrefly-none)"
    run(tool("pytest"), "-n0", "-q", "tests/test_rendering.py", "-k", few, cwd=template)
