"""What `poe bench` measures in a real project, and how it says so."""

import itertools
import json
import re
import sys
from datetime import datetime
from typing import Any

import pytest

from support import AXES, Answers, Bake, Project

PROJECTS: list[Answers] = [
    {"deploy_with": "sam", "package_as": "zip", "event_source": "http-api", "python_version": "3.14"},
    {
        "deploy_with": "cdk-typescript",
        "package_as": "container",
        "event_source": "s3",
        "idempotency": "true",
        "python_version": "3.12",
    },
]
TIMES = {"init_ms", "first_ms", "warm_ms"}
EMPTY = "empty handler"


def check_result(project: Project, result: dict[str, Any]) -> None:
    """Assert that `result` is complete, and that its figures can be."""
    assert result.keys() == {"python", "own", "starts", "artifacts"}
    assert result["own"] == result["python"].startswith(project.answers["python_version"])
    assert result["starts"] == 1
    assert result["artifacts"].keys() == {EMPTY, "function"}
    empty, function = result["artifacts"][EMPTY], result["artifacts"]["function"]
    assert empty.keys() == TIMES
    zipped = {"zipped_bytes"} if project.answers["package_as"] == "zip" else set()
    assert function.keys() == TIMES | {"unpacked_bytes", "imports"} | zipped
    assert all(len(measured[name]) == 1 and measured[name][0] > 0 for measured in (empty, function) for name in TIMES)
    assert function["unpacked_bytes"] > function.get("zipped_bytes", 1_000_000) > 0
    handler, *below = function["imports"]
    assert (handler["module"], handler["depth"]) == (f"{project.package}.handler", 0)
    assert 0 < len(below) < 15
    assert all(0 <= each["self_us"] <= each["cumulative_us"] <= handler["cumulative_us"] for each in below)
    depths = [each["depth"] for each in function["imports"]]
    assert all(0 < depth <= before + 1 for before, depth in itertools.pairwise(depths))


@pytest.mark.matrix
@pytest.mark.skipif(sys.platform != "linux", reason="the emulator runs on Linux only")
@pytest.mark.parametrize("answers", PROJECTS, ids=lambda answers: answers["package_as"])
def test_a_start_is_measured_under_each_python_that_is_installed(bake: Bake, answers: Answers) -> None:
    project = bake(**answers)
    output = project.poe("bench", "--starts", "1", "--json", "bench.json").output
    history = json.loads((project.path / "bench.json").read_text(encoding="utf-8"))
    assert history.keys() == {"date", "machine", "cpus", "project", "results"}
    assert datetime.fromisoformat(history["date"].replace("Z", "+00:00"))
    assert history["project"] == project.path.name
    for result in history["results"]:
        check_result(project, result)
        name = f"{result['python']} (now)" if result["own"] else result["python"]
        rows = [line for line in output.splitlines() if line.startswith(f"{name} ")]
        assert [EMPTY in row for row in rows] == [True, False]
    assert "Not measured" not in output
    measured = [result["python"].rpartition(".")[0] for result in history["results"]]
    missing = re.findall(r"\d\.\d+", output.partition("Not installed here: ")[2])
    assert sorted(measured + missing) == AXES["python_version"]
    assert f" own         {project.package}.handler\n" in output
