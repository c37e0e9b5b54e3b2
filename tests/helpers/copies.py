"""Tests of many copies of a project, in one process."""

from collections.abc import Sequence
from pathlib import Path

from helpers.support import Project, run, with_node

# Runs the tests of each folder after those of the one before, in the process that has loaded the CDK.
DRIVER = """
import os, sys

import pytest

files, *folders = sys.argv[1:]

def of_a_copy(module):
    places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", [])]
    return any(place.startswith(os.path.dirname(folders[0])) for place in places)

search = sys.path
for folder in folders:
    os.chdir(folder)
    sys.path = [f"{folder}/src", *search]
    for name in [name for name, module in sys.modules.items() if of_a_copy(module)]:
        del sys.modules[name]
    output = os.open("output.txt", os.O_WRONLY | os.O_CREAT)
    os.dup2(output, 1)
    os.dup2(output, 2)
    pytest.main(["-q", "-p", "no:cacheprovider", *files.split(",")])
    sys.stdout.flush()
"""


def run_pytest(project: Project, copies: Sequence[Path], files: Sequence[str]) -> list[str]:
    """Run `files` in each of the copies with the packages of `project`, and return what pytest prints."""
    project.uv("sync", "--quiet")  # another project may have had its turn in the virtual environment
    tools = project.venv / "bin"
    run(tools / "python", "-c", DRIVER, ",".join(files), *copies, cwd=copies[0], PATH=f"{tools}:{with_node()}")
    outputs = [(copy / "output.txt").read_text(encoding="utf-8") for copy in copies]
    assert [each for each in outputs if " passed" not in each and " failed" not in each] == []
    return outputs
