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
    """Run a command of `uv pip` that takes wheels only, for Lambda's runtime of `python`."""
    platform = ("--python-version", python, "--python-platform", lambda_platform(ARCHITECTURE, python))
    whole = [UV, "pip", command, "--quiet", "--only-binary", ":all:", *platform, *arguments]
    return subprocess.run(whole, cwd=PROJECT, capture_output=True, text=True, check=False)


def missing_wheels(python: str) -> list[str]:
    """Return a sentence for each run-time dependency in uv.lock that has no wheel for Lambda's runtime of `python`.

    Raises:
        subprocess.CalledProcessError: uv.lock cannot be read.
    """
    with tempfile.TemporaryDirectory() as scratch:
        pylock = Path(scratch, "pylock.toml")
        export = (UV, "export", "--quiet", "--frozen", "--no-default-groups", "--no-emit-project", "--no-header")
        subprocess.run([*export, "--format", "pylock.toml", "--output-file", pylock], cwd=PROJECT, check=True)
        header, *packages = pylock.read_text(encoding="utf-8").split(ENTRY)
        missing = {}
        for package in packages:
            pylock.write_text(f"{header}{ENTRY}{package}", encoding="utf-8")
            dry_run = ("--dry-run", "--no-deps", "--target", scratch, "--requirements", pylock)
            if uv_pip("install", python, *dry_run).returncode and (found := NAME_AND_VERSION.match(package)):
                missing[found[1]] = found[2]
    return [explain(name, version, python) for name, version in missing.items()]


def explain(name: str, version: str, python: str) -> str:
    """Return that `name` has no wheel, and the newest version that has one, if all dependencies have such a version."""
    resolved = uv_pip("compile", python, "--no-header", "--no-annotate", "pyproject.toml").stdout
    found = re.search(rf"^{re.escape(name)}==(\S+)", resolved, re.MULTILINE)
    fix = f"`uv lock --upgrade-package {name}=={found[1]}` takes one that has" if found else "nor has an older version"
    runtime = f"Python {python} on {ARCHITECTURE} (glibc {glibc(python)})"
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
        sys.exit("wheels: uv.lock cannot be read; `uv lock` creates it")
    if missing:
        sys.exit("\n".join(f"wheels: {each}" for each in missing))
    print(f"Each run-time dependency has a wheel for Lambda's Python {python} on {ARCHITECTURE}.")


if __name__ == "__main__":
    main()
