"""From the answers to the first green check of a default project, and what the time goes into.

The packages are downloaded before, everything else is cold: no environment, no lock file, no bytecode, no tool's cache.
The tools are wrapped, so that one run says what each takes; the rest is `uv run` and poe.
"""

from pathlib import Path

from measuring import ROOT, UV, Spread, generate, project_in, run, scratch, spread

TOOLS = ("ruff", "mypy", "pytest")
WRAPPER = """#!/bin/sh
started=$(date +%s.%N)
"$0.wrapped" "$@"
code=$?
echo "${0##*/} $started $(date +%s.%N)" >> "$TOOLS_FILE"
exit $code
"""


def wrap(program: Path) -> None:
    """Let `program` write down when it starts and ends."""
    program.rename(program.with_name(f"{program.name}.wrapped"))
    program.write_text(WRAPPER, encoding="utf-8")
    program.chmod(0o755)


def read_tools(file: Path) -> dict[str, float]:
    """Return the seconds of each tool, all its runs together."""
    seconds = dict.fromkeys(TOOLS, 0.0)
    for line in file.read_text(encoding="utf-8").splitlines():
        tool, started, ended = line.split()
        seconds[tool] += float(ended) - float(started)
    return seconds


def go_once(folder: Path) -> dict[str, float]:
    """Return the seconds of the way that the README describes, and of its parts."""
    seconds = {"engine": generate(ROOT, folder / "project", {})}
    project = project_in(folder / "project")
    run("git", "init", "--quiet", cwd=project)
    seconds["installer"] = run(UV, "sync", "--quiet", cwd=project)
    for tool in TOOLS:
        wrap(project / ".venv" / "bin" / tool)
    tools = folder / "tools.txt"
    seconds["check"] = run(UV, "run", "poe", "check", cwd=project, TOOLS_FILE=str(tools))
    return seconds | read_tools(tools)


def install_cold(folder: Path) -> float:
    """Return the seconds that the installer needs if it has to download everything."""
    generate(ROOT, folder / "project", {})
    project = project_in(folder / "project")
    # The Pythons are no packages, and stay.
    return run(UV, "sync", "--quiet", cwd=project, UV_CACHE_DIR=str(folder / "cache"))


def measure(rounds: int, *, cold: bool) -> dict[str, Spread]:
    """Return the seconds of the whole way and of its parts.

    Args:
        rounds: how often to go it.
        cold: whether to measure the installer without downloads as well, once.
    """
    measured: dict[str, list[float]] = {}
    for _ in range(rounds):
        with scratch() as folder:
            seconds = go_once(folder)
        seconds["overhead"] = seconds["check"] - sum(seconds[tool] for tool in TOOLS)
        seconds["total"] = seconds["engine"] + seconds["installer"] + seconds["check"]
        for name, figure in seconds.items():
            measured.setdefault(name, []).append(figure)
    if cold:
        with scratch() as folder:
            measured["installer, cold cache"] = [install_cold(folder)]
    return {name: spread(figures) for name, figures in measured.items()}
