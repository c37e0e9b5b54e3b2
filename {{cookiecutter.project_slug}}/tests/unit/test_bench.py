import io
import itertools
import json
{% if cookiecutter.idempotency %}
import os
{% endif %}
import subprocess
import sys
import time
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import contextmanager{{ ', nullcontext' if cookiecutter.__uses_aws else '' }}
from email.message import Message
from pathlib import Path
from typing import Any

{% if cookiecutter.idempotency %}
import boto3
{% endif %}
import pytest

{% if cookiecutter.package_as == 'zip' %}
from infra.bundle import BundleError
{% endif %}
from infra.project import PACKAGE
from scripts import bench
from scripts.bench import EMPTY, Artifact, BenchError, Import, Result
from scripts.emulator import Emulator
from scripts.runtimes import ImmovableError, Runtime

HANDLER = f"{PACKAGE}.handler"
# What a Python prints: first what its start and Lambda's client import, then the handler below what it imports.
REPORT = f"""import time: self [us] | cumulative | imported package
import time:       900 |        900 |   encodings
import time:       100 |       1000 | awslambdaric.bootstrap
a warning of the function's
import time:        20 |         20 |     cheap
import time:      3000 |       3000 |     pydantic.dear
import time:       500 |       3520 |   pydantic
import time:        70 |         70 |   json
import time:       400 |       9000 |   {PACKAGE}.models
import time:       100 |      12690 | {HANDLER}
"""
RESULT: Result = {
    "python": "3.99.1",
    "own": True,
    "starts": 2,
    "artifacts": {
        EMPTY: {"init_ms": [9.0, 11.0], "first_ms": [10.0, 10.0], "warm_ms": [1.0, 1.0]},
        "function": {
            "init_ms": [20.0, 40.0],
            "first_ms": [25.0, 45.0],
            "warm_ms": [2.0, 2.0],
            "unpacked_bytes": 3_000_000,
        },
    },
}
ELSEWHERE = Result(python="3.98.7", own=False, starts=2, artifacts=RESULT["artifacts"])


class Running:
    """A stand-in for the emulator, with a function that answers `response`."""

    def __init__(self, init: float, response: dict[str, Any]) -> None:
        self.init = init
        self.response = response
        self.events: list[object] = []

    def invoke(self, event: object) -> dict[str, Any]:
        self.events.append(event)
        return self.response

    def init_ms(self) -> float:
        return self.init


class Machine:
    """A stand-in for what the measurement starts: emulators, builds, other Pythons."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.running: list[Running] = []
        self.response: dict[str, Any] = {}
        self.others: dict[str, Result | Exception] = {}
        self.clients = 0

    @contextmanager
    def emulate(self, artifact: Path, scratch: Path, *, handler: str, client: Path) -> Iterator[Running]:
        assert artifact.is_dir()
        assert scratch.is_dir()
        assert client.name == "client"
        self.started.append(handler)
        is_empty = handler == "empty.lambda_handler"
        self.running.append(Running(10.0, {}) if is_empty else Running(35.0, self.response))
        yield self.running[-1]

    def install_client(self, target: Path) -> Path:
        self.clients += 1
        return target

    def own_function(self, folder: Path) -> Artifact:
        folder.mkdir()
        (folder / "handler.py").write_bytes(b"1234567")
        archive = folder.with_suffix(".zip")
        archive.write_bytes(b"12345")
        return Artifact(folder, archive=archive)

    def run(self, command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 0, "", REPORT)

    def is_installed(self, python: str) -> bool:
        return python in self.others

    def measure_under(self, python: str, starts: int) -> Result:
        assert starts
        match self.others[python]:
            case Exception() as error:
                raise error
            case result:
                return result


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    stand_in = Machine()
    for name in ("emulate", "install_client", "is_installed", "measure_under", "own_function"):
        monkeypatch.setattr(bench, name, getattr(stand_in, name))
    monkeypatch.setattr(bench, "MISSING", None)
    monkeypatch.setattr(bench, "RUNTIMES", [Runtime("3.98", "", "", ""), Runtime("3.99", "", "", "")])
    monkeypatch.setattr(bench, "OLDEST_MINOR", 97)
    monkeypatch.setattr(subprocess, "run", stand_in.run)
    monkeypatch.setattr(time, "perf_counter", itertools.count().__next__)
{% if cookiecutter.__uses_aws %}
    monkeypatch.setattr(bench, "local_aws", nullcontext)
{% endif %}
{% if cookiecutter.idempotency %}
    monkeypatch.setattr(bench, "forget", nullcontext)
{% endif %}
    return stand_in


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run_with(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["bench", *arguments])
        bench.main()
        return capsys.readouterr().out

    return run_with


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    def run_with(*arguments: str) -> str:
        """Return the one line with which the script ends."""
        monkeypatch.setattr(sys, "argv", ["bench", *arguments])
        with pytest.raises(SystemExit) as caught:
            bench.main()
        message = str(caught.value)
        assert message.startswith("bench: ")
        assert "\n" not in message
        return message.removeprefix("bench: ")

    return run_with


def row(output: str, *cells: str) -> list[str]:
    """Return the words of the table's row that begins with `cells`."""
    lines = [line.split() for line in output.splitlines()]
    beginning = " ".join(cells).split()
    return next(words for words in lines if words[: len(beginning)] == beginning)


def test_what_a_module_imports_stands_below_it_and_the_dearest_first() -> None:
    handler, *below = bench.dearest(REPORT, HANDLER)
    assert handler == Import(module=HANDLER, self_us=100, cumulative_us=12690, depth=0)
    assert [(each["depth"], each["module"]) for each in below] == [
        (1, f"{PACKAGE}.models"),
        (1, "pydantic"),
        (2, "pydantic.dear"),
        (2, "cheap"),
        (1, "json"),
    ]


def test_the_cheapest_modules_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "SHOWN_IMPORTS", 4)
    shown = [each["module"] for each in bench.dearest(REPORT, HANDLER)]
    assert shown == [HANDLER, f"{PACKAGE}.models", "pydantic", "pydantic.dear"]


def test_without_a_report_there_are_no_imports() -> None:
    assert bench.dearest("", HANDLER) == []


def test_each_module_is_somebodys() -> None:
    assert [bench.origin(name) for name in (HANDLER, "json.decoder", "pydantic")] == ["own", "Python", "dependency"]


def test_the_artifact_and_an_empty_handler_start_in_turn(machine: Machine, run: Callable[..., str]) -> None:
    run("--starts", "3", "--own")
    assert machine.started == ["empty.lambda_handler", f"{HANDLER}.lambda_handler"] * 3
    assert {len(running.events) for running in machine.running} == {1 + bench.WARM_INVOCATIONS}
    assert machine.clients == 1


def test_the_table_compares_with_the_empty_handler(
    monkeypatch: pytest.MonkeyPatch, machine: Machine, run: Callable[..., str]
) -> None:
    def measured(*_: object) -> Result:
        return RESULT

    monkeypatch.setattr(bench, "measure_here", measured)
    output = run("--own")
    assert machine.started == []
    assert row(output, "3.99.1 (now)", EMPTY)[4:7] == ["10.0", "(9.0-11.0)", "10.0"]
    function = row(output, "3.99.1 (now)", "function")[3:]
    assert " ".join(function) == "30.0 (20.0-40.0) x3.0 35.0 (25.0-45.0) x3.5 2.0 (2.0-2.0) x2.0 3.0 MB"


def test_the_dearest_imports_are_shown_as_a_tree(machine: Machine, run: Callable[..., str]) -> None:
    output = run("--own", "--starts", "1")
    assert machine.started
    tree = output[output.index("What importing function costs most") :]
    assert f"    12.7      0.1  own         {HANDLER}\n" in tree
    assert f"     9.0      0.4  own           {PACKAGE}.models\n" in tree


def test_what_was_measured_is_kept_as_json(machine: Machine, run: Callable[..., str], tmp_path: Path) -> None:
    run("--own", "--starts", "2", "--json", str(tmp_path / "bench.json"))
    assert len(machine.started) == 4
    history = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert history.keys() == {"date", "machine", "cpus", "project", "results"}
    assert history["project"] == bench.SLUG
    assert history["date"].endswith("Z")
    (result,) = history["results"]
    assert (result["own"], result["starts"]) == (True, 2)
    empty, function = result["artifacts"][EMPTY], result["artifacts"]["function"]
    assert empty.keys() == {"init_ms", "first_ms", "warm_ms"}
    assert (empty["init_ms"], function["init_ms"]) == ([10.0] * 2, [35.0] * 2)
    assert (len(function["first_ms"]), len(function["warm_ms"])) == (2, 2)
    assert (function["unpacked_bytes"], function["zipped_bytes"]) == (7, 5)
    assert function["imports"][0] == {"module": HANDLER, "self_us": 100, "cumulative_us": 12690, "depth": 0}


def test_each_other_python_that_is_installed_has_its_rows(machine: Machine, run: Callable[..., str]) -> None:
    machine.others = {"3.97": ImmovableError("`uv sync` fails"), "3.99": ELSEWHERE}
    output = run("--starts", "1")
    assert row(output, "3.98.7", "function")
    assert "Not measured under Python 3.97: `uv sync` fails\n" in output
    assert output.endswith("Not installed here: Python 3.98\n")
    assert output.count("What importing") == 1


def test_a_project_that_fails_under_one_of_them_is_one_line(machine: Machine, run: Callable[..., str]) -> None:
    machine.others = {"3.99": BenchError("function: SyntaxError: invalid syntax")}
    output = run("--starts", "1")
    assert "Not measured under Python 3.99: function: SyntaxError: invalid syntax\n" in output
    assert "Not installed here: Python 3.97, 3.98\n" in output


def test_artifacts_that_are_named_are_measured_instead(
    machine: Machine, run: Callable[..., str], tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    output = run("--starts", "1", "--artifact", f"one={folders[0]}", "--artifact", f"other={folders[1]}")
    assert row(output, f"{sys.version.split()[0]} (now)", "one")
    assert row(output, f"{sys.version.split()[0]} (now)", "other")
    assert "function" not in output.partition("\n\n")[2].partition("\n\n")[0]
    assert len(machine.started) == 3
    assert "Not installed" not in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--artifact", "here"], "--artifact takes NAME=FOLDER, not 'here'"),
        (["--artifact", "=."], "--artifact takes NAME=FOLDER, not '=.'"),
        (["--artifact", "it=no-such"], "--artifact it: there is no folder no-such"),
        (["--artifact", "it=.", "--artifact", "it=."], "--artifact: the name 'it' is taken"),
        (["--artifact", f"{EMPTY}=."], f"--artifact: the name '{EMPTY}' is taken"),
        (["--starts", "0"], "--starts must be at least 1"),
        (["--json", "no-such/bench.json"], "its folder is missing"),
        (["--json", "."], "cannot write .: it is a folder"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    machine: Machine, refused: Callable[..., str], arguments: list[str], message: str
) -> None:
    assert refused(*arguments).endswith(message)
    assert machine.started == []


def test_a_file_that_cannot_be_written_is_named(machine: Machine, refused: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    file.symlink_to(tmp_path / "no-such" / "bench.json")
    assert refused("--own", "--starts", "1", "--json", str(file)).startswith(f"cannot write {file}: ")
    assert machine.started


def test_a_sample_event_that_cannot_be_read_is_named(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, refused: Callable[..., str], tmp_path: Path
) -> None:
    monkeypatch.setattr(bench, "EVENT", tmp_path / "order.json")
    assert refused("--own").endswith("order.json is not there")
    bench.EVENT.write_text("{", encoding="utf-8")
    assert "order.json is not JSON: " in refused("--own")
    assert machine.started == []


def test_without_the_emulator_there_is_nothing_to_measure(
    monkeypatch: pytest.MonkeyPatch, refused: Callable[..., str]
) -> None:
    monkeypatch.setattr(bench, "MISSING", "the emulator runs on Linux only")
    assert refused() == "the emulator runs on Linux only"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (FileNotFoundError(2, "No such file", "uv"), "uv is not there"),
        (TimeoutError("nothing\nlistens"), "nothing listens"),
        (subprocess.CalledProcessError(2, ["/bin/uv", "export", "--all"]), "uv export --all failed"),
        (subprocess.CalledProcessError(2, ["uv", "tool"], stderr="hm\nno tool\n"), "uv tool failed: no tool"),
        (subprocess.CalledProcessError(1, ["uv", "pip"], "hm\nno\n"), "uv pip failed: no"),
{% if cookiecutter.package_as == 'zip' %}
        (BundleError("uv.lock is missing"), "uv.lock is missing"),
{% endif %}
    ],
)
def test_an_artifact_that_cannot_be_built_is_explained(
    monkeypatch: pytest.MonkeyPatch, machine: Machine, refused: Callable[..., str], error: Exception, message: str
) -> None:
    def fail(_: Path) -> Artifact:
        raise error

    monkeypatch.setattr(bench, "own_function", fail)
    assert refused() == message
    assert machine.started == []


@pytest.mark.parametrize(
    ("response", "message"),
    [
        ({"errorType": "KeyError", "errorMessage": "no\nkey"}, "KeyError: no key"),
        ({"statusCode": 500}, "the function answers the sample event with status 500"),
        ({"batchItemFailures": [{"itemIdentifier": "1"}]}, "the function fails on the sample event"),
    ],
)
def test_a_function_that_fails_is_not_measured(
    machine: Machine, refused: Callable[..., str], response: dict[str, Any], message: str
) -> None:
    machine.response = response
    assert refused() == f"function: {message}"


@pytest.mark.parametrize("response", [{}, {"statusCode": 201}, {"batchItemFailures": []}, {"reports": []}])
def test_one_that_answers_is(machine: Machine, run: Callable[..., str], response: dict[str, Any]) -> None:
    machine.response = response
    assert run("--own", "--starts", "1")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"errorType": "Runtime.ImportModuleError", "errorMessage": "no x"}', "Runtime.ImportModuleError: no x"),
        (b"", "the emulator answers with status 502"),
    ],
)
def test_a_function_that_cannot_start_says_why(
    monkeypatch: pytest.MonkeyPatch, machine: Machine, refused: Callable[..., str], body: bytes, message: str
) -> None:
    def invoke(*_: object) -> None:
        raise urllib.error.HTTPError(EMPTY, 502, EMPTY, Message(), io.BytesIO(body))

    monkeypatch.setattr(Running, "invoke", invoke)
    assert refused() == f"{EMPTY}: {message}"
    assert len(machine.started) == 1


def test_the_initialisation_is_what_the_emulator_reports(tmp_path: Path) -> None:
    log = tmp_path / "emulator.log"
    log.write_text("INIT START\n[INFO] (rapid) INIT REPORT(durationMs: 45.627000)\n", encoding="utf-8")
    assert Emulator("", log).init_ms() == 45.627
    log.write_text("INIT START\n", encoding="utf-8")
    with pytest.raises(OSError, match="reports no initialisation"):
        Emulator("", log).init_ms()


def test_the_empty_handler_does_nothing(tmp_path: Path) -> None:
    empty = bench.empty_handler(tmp_path / "empty")
    code = "import empty; print(empty.__cached__, empty.lambda_handler(None, None))"
    done = subprocess.run([sys.executable, "-c", code], cwd=empty.folder, capture_output=True, text=True, check=True)
    assert done.stdout.endswith(" {}\n")
    assert list(empty.folder.glob("__pycache__/empty.*.pyc"))


@pytest.mark.parametrize("archives", [[], ["function.zip"]])
def test_the_function_is_measured_with_its_archive_if_there_is_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, archives: list[str]
) -> None:
    def assemble(target: Path) -> None:
        target.mkdir()
        for name in archives:
            target.with_name(name).touch()

    monkeypatch.setattr(bench, "assemble", assemble)
    function = bench.own_function(tmp_path / "function")
    assert function.folder.is_dir()
    assert function.archive == (tmp_path / archives[0] if archives else None)


@pytest.mark.parametrize("status", [0, 1])
def test_another_python_measures_a_copy_of_the_project(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: int
) -> None:
    @contextmanager
    def moved(python: str) -> Iterator[Path]:
        assert python == "3.99"
        yield tmp_path

    def uv(*command: str, cwd: Path, PYTHONPATH: str) -> subprocess.CompletedProcess[str]:  # noqa: N803 - a variable's name
        assert command[:7] == ("run", "--no-sync", "python", "-m", "scripts.bench", "--own", "--starts")
        assert (cwd, PYTHONPATH) == (tmp_path, "infra")
        Path(command[-1]).write_text(json.dumps({"results": [RESULT]}), encoding="utf-8")
        return subprocess.CompletedProcess(command, status, "", "bench: measuring\nbench: function: no\n")

    monkeypatch.setattr(bench, "moved", moved)
    monkeypatch.setattr(bench, "uv", uv)
    if status:
        with pytest.raises(BenchError, match=r"^function: no$"):
            bench.measure_under("3.99", 2)
    else:
        result = bench.measure_under("3.99", 2)
        assert (result["own"], result["artifacts"]) == (False, RESULT["artifacts"])
{% if cookiecutter.idempotency %}


def test_a_repeated_event_counts_as_new() -> None:
    client = boto3.client("dynamodb")
    table = os.environ["IDEMPOTENCY_TABLE"]
    client.put_item(TableName=table, Item={"id": {"S": "handled"}})
    bench.forget()
    assert client.scan(TableName=table)["Items"] == []
{% endif %}
