"""Compare the generation of a project with that of an empty template of one file, by the same cookiecutter.

    uv run python benchmarks/generation.py [--rounds 15]

Both run in turn, each in a process of its own, as a user's does.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def make_empty_template(folder: Path) -> Path:
    """Write a template with one answer and one file, and return where it is."""
    project = folder / "{{cookiecutter.name}}"
    project.mkdir(parents=True)
    (project / "README.md").write_text("# {{ cookiecutter.name }}\n", encoding="utf-8")
    (folder / "cookiecutter.json").write_text('{"name": "empty"}\n', encoding="utf-8")
    return folder


def generate(template: Path) -> float:
    """Return how long one generation takes, in seconds."""
    with tempfile.TemporaryDirectory() as output:
        command = (sys.executable, "-m", "cookiecutter", str(template), "--no-input", "--output-dir", output)
        environment = os.environ | {"HOME": output}
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=environment)
        return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure generation against an empty template.")
    parser.add_argument("--rounds", type=int, default=15, help="generations of each template")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        templates = {"this template": ROOT, "empty template": make_empty_template(Path(folder, "empty"))}
        times: dict[str, list[float]] = {name: [] for name in templates}
        for _ in range(rounds):
            for name, template in templates.items():
                times[name].append(generate(template))
    for name, measured in times.items():
        low, middle, high = min(measured), statistics.median(measured), max(measured)
        print(f"{name:14} median {middle:.3f} s, from {low:.3f} to {high:.3f}")
    ratio = statistics.median(times["this template"]) / statistics.median(times["empty template"])
    print(f"{'ratio':14} {ratio:.2f} (goal: at most 1.35)")


if __name__ == "__main__":
    main()
