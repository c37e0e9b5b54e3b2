"""Find run-time dependencies that have no wheel for Lambda, whose C library is older than that of most machines."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.project import ARCHITECTURE, PROJECT

UV = os.environ.get("UV") or "uv"
NAME_AND_VERSION = re.compile(r'\s*name = "(.+)"\nversion = "(.+)"')
ENTRY = "[[packages]]"


def glibc(python: str) -> str:
    """Return the version of the GNU C library in Lambda's runtime for `python`.

    Up to Python 3.11, that is Amazon Linux 2, from 3.12 on Amazon Linux 2023 ("Lambda runtimes").
    """
    return "2.26" if python in {"3.10", "3.11"} else "2.34"


def lambda_platform(architecture: str, python: str) -> str:
    """Return uv's name of Lambda's platform.

    Args:
        architecture: `arm64` or `x86_64`.
        python: major and minor version, such as `3.14`.
    """
    machine = "aarch64" if architecture == "arm64" else architecture
    return f"{machine}-manylinux2014" if glibc(python) == "2.26" else f"{machine}-manylinux_2_34"


def uv_pip(command: str, python: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command of `uv pip`, which takes wheels only, for Lambda's runtime of `python`."""
    target = ("--python-version", python, "--python-platform", lambda_platform(ARCHITECTURE, python))
    options = ("--quiet", "--only-binary", ":all:", *target)
    return subprocess.run(
        [UV, "pip", command, *options, *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )


def export_lock(folder: Path) -> Path:
    """Write what uv.lock names for run time to `pylock.toml` in `folder`, and return that."""
    pylock = folder / "pylock.toml"
    command = (UV, "export", "--quiet", "--frozen", "--no-default-groups", "--no-emit-project", "--no-header")
    subprocess.run([*command, "--format", "pylock.toml", "--output-file", pylock], cwd=PROJECT, check=True)
    return pylock


def missing_wheels(python: str) -> list[str]:
    """Return a sentence for each run-time dependency in uv.lock that has no wheel for Lambda's runtime of `python`."""
    with tempfile.TemporaryDirectory() as scratch:
        pylock = export_lock(Path(scratch))
        header, *packages = pylock.read_text(encoding="utf-8").split(ENTRY)
        missing = {}
        for package in packages:
            pylock.write_text(f"{header}{ENTRY}{package}", encoding="utf-8")
            dry_run = ("--dry-run", "--no-deps", "--target", scratch, "--requirements", pylock)
            if uv_pip("install", python, *dry_run).returncode and (found := NAME_AND_VERSION.match(package)):
                missing[found[1]] = found[2]
    fitting = fitting_versions(python) if missing else {}
    return [describe(name, version, python, fitting.get(name)) for name, version in missing.items()]


def fitting_versions(python: str) -> dict[str, str]:
    """Return the newest version of each run-time dependency that has a wheel, if there is one for all."""
    resolved = uv_pip("compile", python, "--no-header", "--no-annotate", "pyproject.toml").stdout
    return dict(line.split(" ")[0].split("==") for line in resolved.splitlines() if "==" in line)


def describe(name: str, version: str, python: str, fitting: str | None) -> str:
    """Return that `name` has no wheel, and the version that has one, if there is one."""
    runtime = f"Python {python} on {ARCHITECTURE} with glibc {glibc(python)}"
    fix = f"`uv lock --upgrade-package {name}=={fitting}` takes one that has" if fitting else "nor has an older version"
    return f"{name} {version} has no wheel for Lambda's {runtime}; {fix}"


def main() -> None:
    """Read the command line and check the wheels."""
    parser = argparse.ArgumentParser(prog="wheels", description="Check that each run-time dependency has a wheel.")
    parser.add_argument("python", help="major and minor version, such as 3.14")
    python: str = parser.parse_args().python
    if not re.fullmatch(r"3\.[0-9]+", python):
        sys.exit(f"wheels: {python} is not a version of Python; give major and minor, such as 3.14")
    try:
        missing = missing_wheels(python)
    except subprocess.CalledProcessError:
        sys.exit("wheels: uv.lock is missing or out of date; run `uv lock`")
    if missing:
        sys.exit("\n".join(f"wheels: {each}" for each in missing))
    print(f"Each run-time dependency has a wheel for Lambda's Python {python} on {ARCHITECTURE}.")


if __name__ == "__main__":
    main()
