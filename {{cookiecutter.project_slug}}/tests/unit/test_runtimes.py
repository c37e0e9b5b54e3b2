import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import runtimes
from scripts.runtimes import Runtime

OWN = Runtime("3.12", "2028-10-31", "2028-11-30", "2029-01-10")
NEWER = Runtime("3.13", "2029-06-30", "2029-07-31", "2029-08-31")
NEWEST = Runtime("3.14", "2029-06-30", "2029-07-31", "2029-08-31")
LOCK = "early==1.0\nlate[extra]==1.0 ; sys_platform == 'linux'\n"
BLOCKED = "error: No solution found:\n  Because early==1.0 has no wheels, it is\n  so.\n\nhint: none"
OFFLINE = "error: Because early was not found in the cache, no.\n\nhint: unavailable because the network was disabled."
UNREACHABLE = "error: Failed to fetch: the index\n  cause: no route"

Answer = tuple[int, str, str]


class Uv:
    """A stand-in for uv; of a resolution, it asks `wheels`."""

    def __init__(self) -> None:
        self.lock: Answer = (0, LOCK, "")
        self.wheels: Callable[[str], Answer] = lambda _: (0, "early==1.0\nlate==1.0\n", "")
        self.has_python = True
        self.sync = self.pytest = 0
        self.commands: list[list[str]] = []
        self.moved: list[str] = []

    def __call__(self, command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        self.commands.append(command)
        status, out, err = self.answer(command[1:], str(options["input"]), Path(str(options["cwd"])))
        return subprocess.CompletedProcess(command, status, out, err)

    def answer(self, command: list[str], requirements: str, folder: Path) -> Answer:
        match command:
            case ["export", *_]:
                return self.lock
            case ["pip", "compile", "pyproject.toml", *_]:
                return self.wheels("pyproject.toml")
            case ["pip", "compile", *_]:
                return self.wheels(requirements)
            case ["python", "find", *_]:
                return int(not self.has_python), "", ""
            case ["sync", *_]:
                settings = (folder / "pyproject.toml").read_text(encoding="utf-8").splitlines()
                self.moved += [line for line in settings if line.startswith("requires-python")]
                self.moved.append((folder / ".python-version").read_text(encoding="utf-8").strip())
                return self.sync, "", "error: no such package" if self.sync else ""
            case _:
                return self.pytest, "F.\n== 1 failed, 1 passed ==\n", ""


@pytest.fixture(autouse=True)
def uv(monkeypatch: pytest.MonkeyPatch) -> Uv:
    stand_in = Uv()
    monkeypatch.setattr(subprocess, "run", stand_in)
    monkeypatch.setattr(runtimes, "OWN", OWN.number)
    monkeypatch.setattr(runtimes, "RUNTIMES", [OWN, NEWER])
    monkeypatch.setattr(sys, "argv", ["runtimes"])
    return stand_in


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    def run() -> str:
        runtimes.main()
        return capsys.readouterr().out

    return run


def test_a_runtime_that_all_have_wheels_for_is_fine(printed: Callable[[], str]) -> None:
    heading, own, newer, *_ = printed().splitlines()
    assert heading.split("  ")[0] == "python"
    assert own.split()[:6] == ["3.12", "(now)", OWN.deprecated, OWN.create_blocked, OWN.update_blocked, "all"]
    assert newer.split()[:5] == ["3.13", NEWER.deprecated, NEWER.create_blocked, NEWER.update_blocked, "all"]
    assert newer.endswith("not tried; --test tries them")


@pytest.mark.parametrize(("runtime", "library"), [(Runtime("3.11", "", "", ""), "2014"), (NEWER, "_2_34")])
def test_wheels_are_for_the_c_library_of_the_runtime(uv: Uv, runtime: Runtime, library: str) -> None:
    runtimes.find_wheels(runtime, [])
    assert all(command[-1].endswith(f"-manylinux{library}") for command in uv.commands)


def test_a_dependency_without_a_wheel_is_named(uv: Uv, printed: Callable[[], str]) -> None:
    uv.wheels = lambda _: (1, "", BLOCKED)
    shown = printed()
    assert " blocked " in shown
    assert "3.13: early==1.0 has no wheel; nor has another version that fits\n" in shown
    assert "3.13: late[extra]==1.0 has no wheel; whether another version has one shows once" in shown
    assert "3.13: No solution found: Because early==1.0 has no wheels, it is so.\n" in shown


@pytest.mark.parametrize(
    ("found", "instead"),
    [("early==1.0\nlate==1.1\n", "a new lock takes 1.1"), ("early==1.0\n", "a new lock does without")],
)
def test_so_is_one_whose_lock_must_be_made_anew(uv: Uv, printed: Callable[[], str], found: str, instead: str) -> None:
    uv.wheels = lambda asked: (1, "", BLOCKED) if "late" in asked else (0, found, "")
    shown = printed()
    assert " all, with a new lock " in shown
    assert f"3.13: late[extra]==1.0 has no wheel; {instead}\n" in shown
    assert "early" not in shown


@pytest.mark.parametrize("answer", [(1, "", OFFLINE), (2, "", UNREACHABLE)])
def test_without_a_network_there_are_dates(
    monkeypatch: pytest.MonkeyPatch, uv: Uv, printed: Callable[[], str], answer: Answer
) -> None:
    monkeypatch.setattr(runtimes, "RUNTIMES", [OWN, NEWER, NEWEST])
    uv.wheels = lambda _: answer
    shown = printed()
    assert shown.count("not looked up") == 3
    assert shown.count("Wheels cannot be looked up: ") == 1
    assert NEWEST.deprecated in shown


def test_the_newest_runtime_has_no_newer(monkeypatch: pytest.MonkeyPatch, printed: Callable[[], str]) -> None:
    monkeypatch.setattr(runtimes, "RUNTIMES", [OWN])
    assert "There is no newer runtime to move to.\n" in printed()


@pytest.mark.parametrize(("status", "result"), [(0, "pass"), (1, "fail: 1 failed, 1 passed")])
def test_the_tests_run_in_a_copy_that_has_moved(
    monkeypatch: pytest.MonkeyPatch, uv: Uv, printed: Callable[[], str], status: int, result: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["runtimes", "--test"])
    uv.pytest = status
    assert printed().splitlines()[2].endswith(f"  {result}")
    assert uv.moved[-2:] == ['requires-python = "==3.13.*"', "3.13"]


def test_but_not_without_that_interpreter(uv: Uv) -> None:
    uv.has_python = False
    assert runtimes.run_tests(NEWER) == "not tried; Python 3.13 is not installed"


def test_nor_without_the_packages(uv: Uv) -> None:
    uv.sync = 1
    assert runtimes.run_tests(NEWER) == "not tried; `uv sync` fails: no such package"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there, and pipes are no files")
def test_nor_with_what_cannot_be_copied(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(runtimes, "PROJECT", tmp_path / "project")
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "dangling").symlink_to("nowhere")
    os.mkfifo(tmp_path / "project" / "pipe")
    said = runtimes.run_tests(NEWER)
    assert said.startswith("not tried; the project cannot be copied: ")
    assert said.endswith("pipe` is a named pipe")


def refusal() -> str:
    """Return the one line with which the script ends."""
    with pytest.raises(SystemExit) as caught:
        runtimes.main()
    message = str(caught.value)
    assert message.startswith("runtimes: ")
    assert "\n" not in message
    return message


def test_a_lock_that_is_missing_is_named(uv: Uv) -> None:
    uv.lock = (2, "", "error: Unable to find lockfile")
    assert "uv.lock cannot be read: Unable to find lockfile" in refusal()


def test_so_is_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtimes, "UV", "no-such-uv")

    def missing(*_: object, **__: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "run", missing)
    assert refusal() == "runtimes: no-such-uv is not installed"
