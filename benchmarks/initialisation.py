"""Compare the initialisation of the default project's function with and without its compiled bytecode.

    uv run python benchmarks/initialisation.py [--rounds 15] [answer=value ...]

Both variants run in turn, so that whatever else the machine does hits both alike; the figures are what Lambda's Runtime
Interface Emulator reports. Needs uv, and Linux.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from cookiecutter.main import cookiecutter

ROOT = Path(__file__).resolve().parent.parent
UV = os.environ.get("UV", "uv")
INIT_MILLISECONDS = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)")

# Runs inside the generated project, with its own interpreter and its own emulator.
ONE_START = """
import sys, tempfile
from pathlib import Path
import emulator
from support import read_sample
# Lambda's file system is read-only: nothing is compiled for the next start.
environment = emulator.local_environment() | {"PYTHONDONTWRITEBYTECODE": "1"}
emulator.local_environment = lambda: environment
with tempfile.TemporaryDirectory() as scratch:
    with emulator.emulate(Path(sys.argv[1]), Path(scratch)) as running:
        assert running.invoke(read_sample("order"))["statusCode"] == 201
    print(Path(scratch, "emulator.log").read_text())
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Return what `command` prints; fail with its error output if it fails."""
    inherited = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run(command, cwd=cwd, env=inherited | environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def initialise(project: Path, artifact: Path) -> float:
    """Return how long one cold start's initialisation takes, in milliseconds."""
    log = run(
        *(UV, "run", "--frozen", "python", "-c", ONE_START, artifact),
        cwd=project,
        PYTHONPATH=os.pathsep.join(("tests", "infra", "scripts")),
    )
    if not (found := INIT_MILLISECONDS.search(log)):
        sys.exit(f"the emulator reports no initialisation:\n{log}")
    return float(found[1])


def main() -> None:
    """Generate, build, measure, print."""
    parser = argparse.ArgumentParser(description="Measure initialisation with and without bytecode.")
    parser.add_argument("--rounds", type=int, default=15, help="cold starts of each variant")
    parser.add_argument("answers", nargs="*", help="answers other than the defaults, as answer=value")
    arguments = parser.parse_args()
    answers = dict(answer.split("=", 1) for answer in arguments.answers)
    with tempfile.TemporaryDirectory() as scratch:
        made = cookiecutter(str(ROOT), no_input=True, output_dir=scratch, accept_hooks=False, extra_context=answers)
        project = Path(made)
        run(UV, "sync", "--quiet", cwd=project)
        run(UV, "run", "python", "infra/bundle.py", "--platform", "host", "--no-zip", cwd=project)
        compiled = project / ".build" / "host"
        sources = project / ".build" / "sources"
        shutil.copytree(compiled, sources, ignore=shutil.ignore_patterns("__pycache__"))
        times: dict[Path, list[float]] = {compiled: [], sources: []}
        for _ in range(arguments.rounds):
            for artifact, measured in times.items():
                measured.append(initialise(project, artifact))
    for artifact, measured in times.items():
        low, middle, high = min(measured), statistics.median(measured), max(measured)
        print(f"{artifact.name:8} median {middle:6.1f} ms, from {low:.1f} to {high:.1f}")
    ratio = statistics.median(times[compiled]) / statistics.median(times[sources])
    print(f"ratio    {ratio:.2f} (goal: at most 0.65)")


if __name__ == "__main__":
    main()
