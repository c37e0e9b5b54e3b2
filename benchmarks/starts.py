"""Initialisation and warm latency under Lambda's Runtime Interface Emulator, of each event source.

The project's own `scripts/bench.py` measures; it starts an empty handler and each variant in turn.
"""

import json
from pathlib import Path

from measuring import UV, Spread, run, scratch, spread
from projects import PYTHONS, SOURCES, build, make_project, naive_variants, without_bytecode

FIGURES = ("init_ms", "first_ms", "warm_ms")
# The source that is measured on every Python, unless all are; the others on the oldest and the newest.
THOROUGH = "http-api"

Starts = dict[str, dict[str, Spread]]


def measure_project(folder: Path, source: str, python: str, rounds: int) -> Starts:
    """Return the milliseconds of each variant of one project."""
    project = make_project(folder / "project", event_source=source, python_version=python)
    built = build(project, "host", "--no-zip")
    artifacts = {
        "this template": built,
        "without bytecode": without_bytecode(built),
        **naive_variants(project, folder),
    }
    file = folder / "starts.json"
    options = [option for name, path in artifacts.items() for option in ("--artifact", f"{name}={path}")]
    command = ("run", "--frozen", "poe", "bench", "--own", "--starts", str(rounds), "--json", file)
    run(UV, *command, *options, cwd=project)
    (result,) = json.loads(file.read_text(encoding="utf-8"))["results"]
    return {
        name: {figure: spread(figures[figure]) for figure in FIGURES} for name, figures in result["artifacts"].items()
    }


def measure(rounds: int, *, everything: bool) -> dict[str, dict[str, Starts]]:
    """Return the milliseconds by event source and Python.

    Args:
        rounds: starts of each variant.
        everything: whether every source is measured on every Python.
    """
    measured: dict[str, dict[str, Starts]] = {}
    for source in SOURCES:
        pythons = PYTHONS if everything or source == THOROUGH else (PYTHONS[0], PYTHONS[-1])
        for python in pythons:
            with scratch() as folder:
                measured.setdefault(source, {})[python] = measure_project(folder, source, python, rounds)
    return measured
