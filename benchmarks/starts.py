"""Initialization and warm latency under Lambda's Runtime Interface Emulator, of each event source.

The project's own `scripts/bench.py` measures; it starts an empty handler and each variant in turn.
"""

import json
from pathlib import Path

from measuring import UV, Spread, run, scratch, spread
from projects import PYTHONS, SOURCES, build, make_project, plain_variants, without_bytecode

FIGURES = ("init", "first", "warm")
# Runs inside the generated project; the arguments are a file for the result, how often to start, and names and folders.
MEASURE = """
import contextlib, importlib.util, json, os, sys, tempfile
from pathlib import Path
from scripts import bench, emulator, invoke

file, starts, *variants = sys.argv[1:]
functions = {name: (Path(folder), emulator.HANDLER) for name, folder in (each.split("=", 1) for each in variants)}
os.environ.update(invoke.local_environment())
local = contextlib.nullcontext()
if importlib.util.find_spec("scripts.local_aws"):
    from scripts import local_aws

    local = local_aws.local_aws()
with local, tempfile.TemporaryDirectory() as folder:
    client = emulator.install_client(Path(folder, "client"))
    functions = {"empty handler": bench.empty_function(Path(folder, "empty")), **functions}
    Path(file).write_text(json.dumps(bench.measure(functions, client, int(starts))))
"""
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
        **plain_variants(project, folder),
    }
    file = folder / "starts.json"
    variants = [f"{name}={path}" for name, path in artifacts.items()]
    run(UV, "run", "--frozen", "python", "-c", MEASURE, file, str(rounds), *variants, cwd=project)
    measured = json.loads(file.read_text(encoding="utf-8"))
    return {name: {f"{figure}_ms": spread(times[figure]) for figure in FIGURES} for name, times in measured.items()}


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
