"""`docs/operate.md` of a project: its table of failures is complete, and what it names exists."""

import importlib
import re
from collections.abc import Iterator

import pytest

from deployed.rows import ONE_PER_TOOL
from helpers.rows import STACKS
from helpers.support import ROOT, Answers, Bake, Project

AXES = ("event_source", "idempotency", "deploy_with")
CODE = re.compile(r"`([^`]+)`")
# In Python, and in TypeScript.
TEST = re.compile(r"^ *(?:def (?=test_)|test\(')([^(']+)", re.MULTILINE)
KINDS = (
    "bad",
    "bug",
    "timeout",
    "out of memory",
    "throttling",
    "dependency down",
    "deployment during traffic",
    "stop",
    "redrive",
    "repeated delivery",
)
# What is in the logs of Lambda and API Gateway.
OF_AWS = {"error", "integrationError", "platform.report", "timeout"}
ROLLBACK = "errors-VERSION"
ADD_ALARM = re.compile(r"\.(?:_?add_alarm|addAlarm|create_?[aA]larm)\(\s*(?:topic,\s*)?[\"'](\w+)[\"']")
RESOURCE = re.compile(r"^  (\w+):\n    Type: AWS::CloudWatch::Alarm\n((?:    .*\n)*)", re.MULTILINE)
ALARM_NAME = re.compile(r"AlarmName: !Sub \$\{AWS::StackName\}-(\S+)")


def shortly(answers: Answers) -> str:
    """Return the answers that this module is about."""
    return "-".join(answers[key] for key in AXES)


@pytest.fixture(scope="module", params=STACKS, ids=shortly)
def project(request: pytest.FixtureRequest, bake_once: Bake) -> Project:
    """A project for each pair of answers that the page depends on."""
    answers: Answers = request.param
    return bake_once(**answers)


@pytest.fixture(scope="module")
def files(project: Project) -> dict[str, str]:
    return project.files()


@pytest.fixture(scope="module")
def page(files: dict[str, str]) -> str:
    return files["docs/operate.md"]


@pytest.fixture(scope="module")
def rows(page: str) -> list[list[str]]:
    """The cells of each row of the table of failures."""
    return table(page, "Failures")


@pytest.fixture(scope="module")
def alarms(files: dict[str, str]) -> set[str]:
    """The names of the stack's alarms that notify, as CloudWatch's names contain them."""
    code = "\n".join(text for name, text in files.items() if name.startswith("infra/"))
    found = [(name, ALARM_NAME.search(body)) for name, body in RESOURCE.findall(files.get("template.yaml", ""))]
    names = [given[1] if given else name for name, given in found]
    return {*ADD_ALARM.findall(code), *names} - {"errors-${Function.Version.Version}"}


def table(page: str, heading: str) -> list[list[str]]:
    """Return the cells of each row of the first table under `heading`."""
    lines = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0].splitlines()
    rows = [line.removeprefix("| ").removesuffix(" |").split(" | ") for line in lines if line.startswith("|")]
    return rows[2:]


def names_of_deployed_tests(event_source: str) -> Iterator[str]:
    """Yield the names of the tests that deploy a project for `event_source`, or one for each tool."""
    for path in (ROOT / "tests" / "deployed").glob("test_*.py"):
        rows = getattr(importlib.import_module(f"deployed.{path.stem}"), "ROWS", [])
        if rows == ONE_PER_TOOL or event_source in {row["event_source"] for row in rows}:
            yield from TEST.findall(path.read_text(encoding="utf-8"))


def test_every_kind_of_failure_has_a_row(rows: list[list[str]]) -> None:
    assert [kind for kind in KINDS if not any(re.match(rf"{kind}\b", row[0]) for row in rows)] == []


def test_rows_have_no_empty_cell(rows: list[list[str]]) -> None:
    assert [row for row in rows if len(row) != 5 or not all(cell.strip() for cell in row)] == []


def test_rows_name_what_the_code_logs(rows: list[list[str]], files: dict[str, str], alarms: set[str]) -> None:
    code = "\n".join(text for name, text in files.items() if name.startswith("src/"))
    named = {name for row in rows for name in CODE.findall(row[2])} - OF_AWS - {ROLLBACK} - alarms
    assert {name for name in named if f'"{name}"' not in code} == set()


def test_alarms_of_stack_are_explained(page: str, alarms: set[str]) -> None:
    assert {name for row in table(page, "Alarms") for name in CODE.findall(row[0])} == alarms


def test_rows_name_tests_that_exist(project: Project, rows: list[list[str]], files: dict[str, str]) -> None:
    own = {test for name, text in files.items() if name.startswith("tests/") for test in TEST.findall(text)}
    deployed = set(names_of_deployed_tests(project.answers["event_source"]))
    missing = [row[0] for row in rows if not CODE.search(row[4]) and "not tested" not in row[4]]
    for row in rows:
        for part in row[4].split("; "):
            known = deployed if "on an emulator: " in part else own
            missing += [name for name in CODE.findall(part) if name not in known]
    assert missing == []
