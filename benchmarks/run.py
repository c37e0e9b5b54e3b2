"""Measure, write `results.json`, and make of it what shows it: tables, summary and plot.

    uv run python benchmarks/run.py [--rounds 15] [--only generation|green|size|starts] [--everything] [--cold]

What is not measured stays as it was measured last. Needs uv and Linux; for undisturbed figures, a machine that does
nothing else. All packages are downloaded by a first project that is not measured.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import generation
import green
import report
import sizes
import starts
from measuring import circumstances, scratch
from projects import make_project

# A check takes longer than a start, and varies less.
ROUNDS_PER_CHECK = 5


def main() -> None:
    """Measure what is asked for, and report."""
    parser = argparse.ArgumentParser(description="Measure the template and what it generates.")
    parser.add_argument("--rounds", type=int, default=15, help="of each variant; a fifth of it for whole checks")
    parser.add_argument("--only", choices=report.SECTIONS, action="append", help="measure this; repeatable")
    parser.add_argument("--everything", action="store_true", help="starts of every event source on every Python")
    parser.add_argument("--cold", action="store_true", help="the installer with downloads too: all packages again")
    arguments = parser.parse_args()
    if sys.platform != "linux":
        parser.error("the emulator runs on Linux only")
    rounds: int = arguments.rounds
    if rounds < 1:
        parser.error("--rounds must be at least 1")
    measurements: dict[str, Callable[[], object]] = {
        "generation": lambda: generation.measure(rounds),
        "green": lambda: green.measure(max(1, rounds // ROUNDS_PER_CHECK), cold=arguments.cold),
        "size": sizes.measure,
        "starts": lambda: starts.measure(rounds, everything=arguments.everything),
    }
    with scratch() as folder:
        make_project(folder)
    results = json.loads(report.RESULTS.read_text(encoding="utf-8")) if report.RESULTS.exists() else {}
    for name in arguments.only or report.SECTIONS:
        print(f"measuring: {name}", flush=True)
        results[name] = {"circumstances": circumstances(), "figures": measurements[name]()}
        write(report.RESULTS, results)
    report.write()


def write(file: Path, results: object) -> None:
    """Write `results` so that a change shows in few lines."""
    file.write_text(f"{json.dumps(results, indent=1, sort_keys=True)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
