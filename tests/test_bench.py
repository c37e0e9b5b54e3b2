"""`poe bench` measures real projects, each beside an empty handler, and refuses what does not work."""

import re
import sys

import pytest

from helpers.support import Answers, Bake

PROJECTS: list[Answers] = [
    {"deploy_with": "sam", "package_as": "zip", "event_source": "http-api", "python_version": "3.13"},
    {"deploy_with": "cdk-typescript", "package_as": "container", "event_source": "s3", "idempotency": "true"},
]
SPREAD = r"\s+(\d+\.\d) \(\d+\.\d-\d+\.\d\)"
ROW = re.compile(rf"^(empty handler|function){SPREAD}{SPREAD}{SPREAD}$", re.MULTILINE)
IMPORT = re.compile(r"^ +(\d+\.\d) +(\d+\.\d)  (\S+)$", re.MULTILINE)

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.skipif(sys.platform != "linux", reason="the emulator runs on Linux only"),
]


@pytest.mark.parametrize("answers", PROJECTS, ids=lambda answers: answers["package_as"])
def test_cold_start_is_measured(bake: Bake, answers: Answers) -> None:
    project = bake(**answers)
    output = project.poe("bench", "--starts", "2").output
    (empty, *fast), (function, *slow) = ROW.findall(output)
    assert (empty, function) == ("empty handler", "function")
    assert all(float(each) > 0 for each in fast)
    assert float(fast[0]) < float(slow[0])  # the initialization
    assert float(fast[1]) < float(slow[1])  # the first invocation, which it is part of
    imports = [(float(total), float(own), name) for total, own, name in IMPORT.findall(output)]
    assert imports[0][2] == f"{project.package}.handler"
    assert imports == sorted(imports, key=lambda each: each[0], reverse=True)
    assert all(own <= total for total, own, _ in imports)
    assert len(imports) == 15


def test_other_python_is_measured(bake: Bake) -> None:
    project = bake(python_version="3.13")
    assert "Python 3.14." in project.poe("bench", "--python", "3.14", "--starts", "1").output
    assert "Python 3.13." in project.poe("bench", "--starts", "1").output


def test_failing_function_is_not_measured(bake: Bake) -> None:
    project = bake()
    event = project.path / "events" / "order.json"
    event.write_text((project.path / "events" / "invalid-order.json").read_text(encoding="utf-8"), encoding="utf-8")
    output = project.poe("bench", "--starts", "1", expect=1).output
    assert "bench: the function responds to order.json with status 422" in output
    handler = project.path / "src" / project.package / "handler.py"
    handler.write_text("raise RuntimeError\n", encoding="utf-8")
    output = project.poe("bench", "--starts", "1", expect=1).output
    assert "bench: the function fails on order.json: RuntimeError" in output
