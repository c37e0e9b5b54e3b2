"""Show what a newer Python runtime of Lambda means for this project: its dates, its wheels, and the tests under it."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
UV = os.environ.get("UV", "uv")
ARCHITECTURE = "{{ cookiecutter.architecture }}"
OWN = sys.version_info[:2]
HEADINGS = ("python", "deprecated", "new functions blocked", "updates blocked", "wheels", "tests")
# What a copy of the project does without: version control, what is installed, what is built.
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".build", ".aws-sam", "cdk.out", "node_modules", ".*_cache")
# What would tie uv to this project's environment, interpreter or lock.
TIES = {"UV_FROZEN", "UV_LOCKED", "UV_PROJECT", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON", "VIRTUAL_ENV"}


@dataclass(frozen=True)
class Runtime:
    """When Lambda retires a Python runtime, as AWS publishes it under "Lambda runtimes"."""

    python: str
    deprecated: str
    create_blocked: str
    update_blocked: str

    @property
    def number(self) -> tuple[int, ...]:
        """Return the version as numbers, which sort."""
        return tuple(map(int, self.python.split(".")))


RUNTIMES = [
{% for version, dates in cookiecutter.python_version|runtimes_from %}
    Runtime("{{ version }}", "{{ dates.deprecated }}", "{{ dates.create_blocked }}", "{{ dates.update_blocked }}"),
{% endfor %}
]


@dataclass(frozen=True)
class Wheels:
    """Whether the dependencies have wheels for a runtime: in few words, and what there is to say about them."""

    summary: str
    notes: tuple[str, ...] = ()


class UnavailableError(Exception):
    """Packages cannot be looked up; the message says why, in one line."""


class ImmovableError(Exception):
    """The project cannot be moved to another Python; the message says why, in a few words."""


def uv(
    *arguments: str, cwd: Path = PROJECT, standard_input: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Return what `uv` answers to `arguments`, with `variables` set; end with one line if it is not installed."""
    environment = {name: value for name, value in os.environ.items() if name not in TIES} | variables
    try:
        return subprocess.run(
            [UV, *arguments],
            cwd=cwd,
            env=environment,
            input=standard_input,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except FileNotFoundError:
        sys.exit(f"runtimes: {UV} is not installed")


def one_line(text: str) -> str:
    """Return the first paragraph of `text`, a message of uv's, as one line; what follows it are hints."""
    return " ".join(text.strip().split("\n\n")[0].split()).removeprefix("error: ")


def locked() -> list[str]:
    """Return the requirement of each run-time dependency that uv.lock names; end with one line if there is no lock."""
    options = ("--no-emit-project", "--no-default-groups", "--no-hashes", "--no-annotate", "--no-header", "--quiet")
    done = uv("export", "--frozen", *options, "--format", "requirements-txt")
    if done.returncode:
        sys.exit(f"runtimes: uv.lock cannot be read: {one_line(done.stderr)}")
    return done.stdout.splitlines()


def resolve(runtime: Runtime, *requirements: str, standard_input: str = "") -> tuple[str, str]:
    """Return the versions that uv finds wheels of for `runtime`, and else why it finds none; one of them is empty.

    A wheel for a newer C library would fail at import: up to Python 3.11, Lambda runs on Amazon Linux 2 (glibc 2.26),
    from 3.12 on Amazon Linux 2023 (glibc 2.34).

    Raises:
        UnavailableError: packages cannot be looked up.
    """
    machine = "aarch64" if ARCHITECTURE == "arm64" else ARCHITECTURE
    library = "manylinux_2_34" if runtime.number >= (3, 12) else "manylinux2014"
    done = uv(
        *("pip", "compile", *requirements, "--quiet", "--no-header", "--no-annotate", "--only-binary", ":all:"),
        *("--python-version", runtime.python, "--python-platform", f"{machine}-{library}"),
        standard_input=standard_input,
    )
    reason = one_line(done.stderr)
    if done.returncode and "network was disabled" in done.stderr:
        message = "UV_OFFLINE disables the network, and uv's cache does not hold them all"
        raise UnavailableError(message)
    if done.returncode > 1:  # 1 says that there is no solution
        raise UnavailableError(reason)
    return (done.stdout, "") if done.returncode == 0 else ("", reason)


def installs(runtime: Runtime, requirements: str) -> bool:
    """Return whether each of the locked `requirements` has a wheel for `runtime`."""
    return not resolve(runtime, "-", "--no-deps", standard_input=requirements)[1]


def pin(requirement: str) -> str:
    """Return `requirement` without its marker."""
    return requirement.split(";", maxsplit=1)[0].strip()


def instead(requirement: str, found: str, reason: str) -> str:
    """Return what there is instead of `requirement`: in the versions `found`, or by the `reason` why there are none."""
    name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
    if not reason:
        versions = dict(line.split("==", 1) for line in found.splitlines() if "==" in line)
        return f"a new lock takes {versions[name]}" if name in versions else "a new lock does without"
    if re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", reason):
        return "nor has another version that fits"
    return "whether another version has one shows once nothing else is in the way"


def find_wheels(runtime: Runtime, requirements: list[str]) -> Wheels:
    """Return whether the dependencies have wheels for `runtime`, in the versions of the lock and in any that fit.

    Raises:
        UnavailableError: packages cannot be looked up.
    """
    found, reason = resolve(runtime, "pyproject.toml")
    lacking: list[str] = []
    if not installs(runtime, "\n".join(requirements)):
        lacking = [requirement for requirement in requirements if not installs(runtime, requirement)]
    notes = [f"{pin(requirement)} has no wheel; {instead(requirement, found, reason)}" for requirement in lacking]
    if reason:
        return Wheels("blocked", (*notes, reason))
    return Wheels("all, with a new lock" if lacking else "all", tuple(notes))


def is_installed(python: str) -> bool:
    """Return whether this machine has a Python of the version `python`."""
    return uv("python", "find", "--no-project", "--no-python-downloads", python).returncode == 0


@contextmanager
def moved(python: str) -> Iterator[Path]:
    """Have a copy of the project that has moved to the version `python`, its packages installed, until the block ends.

    Raises:
        ImmovableError: that Python is not installed, or packages cannot be.
    """
    if not is_installed(python):
        message = f"Python {python} is not installed"
        raise ImmovableError(message)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / PROJECT.name
        try:
            shutil.copytree(PROJECT, copy, ignore=NOT_COPIED, ignore_dangling_symlinks=True)
        except shutil.Error as error:
            *_, reason = error.args[0][0]
            message = f"the project cannot be copied: {reason}"
            raise ImmovableError(message) from error
        (copy / ".python-version").write_text(f"{python}\n", encoding="utf-8")
        settings = copy / "pyproject.toml"
        text = settings.read_text(encoding="utf-8")
        bound = f'requires-python = "=={python}.*"'
        settings.write_text(re.sub(r"(?m)^requires-python = .*$", bound, text), encoding="utf-8")
        upgrade = () if python == "{}.{}".format(*OWN) else ("--upgrade",)
        done = uv("sync", "--quiet", *upgrade, "--no-python-downloads", cwd=copy)
        if done.returncode:
            message = f"`uv sync` fails: {one_line(done.stderr)}"
            raise ImmovableError(message)
        yield copy


def run_tests(runtime: Runtime) -> str:
    """Return whether the unit tests pass in a copy of the project that has moved to `runtime`."""
    try:
        with moved(runtime.python) as copy:
            done = uv("run", "--no-sync", "pytest", "-q", "tests/unit", cwd=copy)
    except ImmovableError as error:
        return f"not tried; {error}"
    if done.returncode == 0:
        return "pass"
    last = done.stdout.strip().splitlines()[-1:] or [f"pytest ends with {done.returncode}"]
    return f"fail: {last[0].strip('= ')}"


def table(rows: list[tuple[str, ...]]) -> str:
    """Return `rows` in columns that are as wide as their widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def report(runtimes: list[Runtime], *, with_tests: bool) -> tuple[list[tuple[str, ...]], list[str]]:
    """Return a row for each of `runtimes`, and what there is to say about them; the first may be the project's own."""
    rows: list[tuple[str, ...]] = [HEADINGS]
    notes: list[str] = []
    requirements = locked()
    can_look = True
    for runtime in runtimes:
        wheels = Wheels("not looked up")
        if can_look:
            try:
                wheels = find_wheels(runtime, requirements)
            except UnavailableError as error:
                can_look = False
                notes.append(f"Wheels cannot be looked up: {error}")
        tests = run_tests(runtime) if with_tests else "not tried; --test tries them"
        dates = (runtime.deprecated, runtime.create_blocked, runtime.update_blocked)
        name = f"{runtime.python} (now)" if runtime.number == OWN else runtime.python
        rows.append((name, *dates, wheels.summary, tests))
        notes += [f"{runtime.python}: {note}" for note in wheels.notes]
    return rows, notes


def main() -> None:
    """Print the table; the exit status says nothing about the runtimes, only that the question could be asked."""
    parser = argparse.ArgumentParser(prog="runtimes", description=__doc__)
    parser.add_argument("--test", action="store_true", help="run the unit tests under each of these Pythons found here")
    with_tests: bool = parser.parse_args().test
    runtimes = [runtime for runtime in RUNTIMES if runtime.number >= OWN]
    rows, notes = report(runtimes, with_tests=with_tests)
    print(table(rows))
    if all(runtime.number == OWN for runtime in runtimes):
        notes.append("There is no newer runtime to move to.")
    if (PROJECT / "Dockerfile").exists():
        notes.append("Lambda blocks functions made of zip archives only; images get no patches once deprecated.")
    for note in notes:
        print(note)


if __name__ == "__main__":
    main()
