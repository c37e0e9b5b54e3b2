"""What the measurements share: subprocesses, projects, figures, and what they were taken on."""

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = shutil.which(os.environ.get("UV", "uv")) or sys.exit("benchmarks: uv is not installed")

Spread = dict[str, float]
Answers = dict[str, str]


def clean_environment() -> dict[str, str]:
    """Return the environment without what would make a generated project use this one's tools."""
    return {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}


def run(*command: str | Path, cwd: Path, **environment: str) -> float:
    """Return how many seconds `command` takes; end with its output if it fails."""
    started = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=cwd,
        env=clean_environment() | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"benchmarks: {' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return seconds


def generate(template: Path, output: Path, answers: Answers) -> float:
    """Return how many seconds the engine needs to generate a project in `output`, in a process of its own."""
    output.mkdir(parents=True, exist_ok=True)
    given = [f"{name}={value}" for name, value in answers.items()]
    command: tuple[str | Path, ...] = (sys.executable, "-m", "cookiecutter", template, "--no-input")
    with scratch() as folder:
        # The engine keeps the last answers, which are not to be among the user's.
        settings = folder / "settings.yaml"
        settings.write_text(f"cookiecutters_dir: {folder}\nreplay_dir: {folder}\n", encoding="utf-8")
        return run(*command, "--output-dir", output, *given, cwd=output, COOKIECUTTER_CONFIG=str(settings))


@contextmanager
def scratch() -> Iterator[Path]:
    """Make a folder that is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        yield Path(folder)


def project_in(output: Path) -> Path:
    """Return the one project in `output`."""
    (project,) = (path for path in output.iterdir() if path.is_dir())
    return project


def in_turn(rounds: int, variants: dict[str, Callable[[], float]]) -> dict[str, Spread]:
    """Measure all variants in each round, so that whatever else the machine does hits all alike."""
    measured: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, measure in variants.items():
            measured[name].append(measure())
    return {name: spread(figures) for name, figures in measured.items()}


def spread(figures: Iterable[float]) -> Spread:
    """Return median, lowest and highest of `figures`."""
    known = sorted(figures)
    return {
        "median": round(statistics.median(known), 3),
        "low": round(known[0], 3),
        "high": round(known[-1], 3),
        "count": len(known),
    }


def circumstances() -> dict[str, str | int]:
    """Return when, on what and with which versions this measures."""
    uv = subprocess.run([UV, "--version"], check=True, capture_output=True, text=True).stdout.split()[1]
    return {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "processor": processor(),
        "cores": os.cpu_count() or 0,
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "uv": uv,
        "cookiecutter": version("cookiecutter"),
    }


def processor() -> str:
    """Return the processor's model, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
