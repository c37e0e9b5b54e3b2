"""Lambda's Runtime Interface Emulator, running a built artifact on this machine."""

import functools
import json
import os
import platform
import re
import secrets
{% if cookiecutter.package_as == 'container' %}
import shutil
{% endif %}
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

{% if cookiecutter.package_as == 'zip' %}
from infra.bundle import build
{% endif %}
from infra.project import PACKAGE
from scripts.invoke import {{ 'PROJECT, ' if cookiecutter.package_as == 'container' else '' }}local_environment
{% if cookiecutter.__uses_aws %}
from scripts.local_aws import CREDENTIALS
{% endif %}

UV = os.environ.get("UV", "uv")
# The emulator's executable comes inside the AWS SAM CLI; the version is that of the task `sam`.
SAM_CLI = "aws-sam-cli~=1.150"
MACHINES = {"x86_64": "x86_64", "aarch64": "arm64"}
MISSING = None if sys.platform == "linux" and platform.machine() in MACHINES else "the emulator runs on Linux only"
START_SECONDS = 30
PORTS = range(20_000, 30_000, 2)
HANDLER = f"{PACKAGE}.handler.lambda_handler"
# No proxy leads to this machine.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
INITIALISATION = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)")


class Emulator:
    """A running emulator; `invoke` sends it events."""

    def __init__(self, url: str, log: Path) -> None:
        """Take where the emulator listens, and where it logs."""
        self._url = url
        self._log = log

    def invoke(self, event: object) -> dict[str, Any]:
        """Return the function's response to `event`, or Lambda's description of its failure."""
        request = urllib.request.Request(self._url, json.dumps(event).encode())  # noqa: S310 - always this machine
        with DIRECT.open(request, timeout=START_SECONDS) as response:
            answer: dict[str, Any] = json.load(response)
        return answer

    def log_lines(self) -> list[dict[str, Any]]:
        """Return what the function has logged as JSON so far; the emulator's own lines are plain text."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def init_ms(self) -> float:
        """Return how many milliseconds the initialisation took, as the emulator reports it.

        Raises:
            OSError: it reports none.
        """
        if not (found := INITIALISATION.search(self._log.read_text(encoding="utf-8", errors="replace"))):
            message = "the emulator reports no initialisation"
            raise OSError(message)
        return float(found[1])


@functools.cache
def find_executable() -> Path:
    """Return the emulator's executable for this machine."""
    command = "import importlib.util as u; print(u.find_spec('samcli').submodule_search_locations[0])"
    found = subprocess.run(
        [UV, "tool", "run", "--from", SAM_CLI, "python", "-c", command],
        check=True,
        capture_output=True,
        text=True,
    )
    return Path(found.stdout.strip(), "local", "rapid", f"aws-lambda-rie-{MACHINES[platform.machine()]}")


def install(target: Path, *selection: str) -> None:
    """Install into `target`, with bytecode, what the lock file names for `selection`, options of `uv export`."""
    requirements = str(target.with_suffix(".txt"))
    export = [UV, "export", "--frozen", "--quiet", "--no-emit-project", *selection, "--output-file", requirements]
    subprocess.run(export, check=True)
    command = [UV, "pip", "install", "--quiet", "--compile-bytecode", "--require-hashes", "--python", sys.executable]
    subprocess.run([*command, "--target", str(target), "--requirements", requirements], check=True)


def install_client(target: Path) -> Path:
    """Install Lambda's client into `target`, and return that; all else that it imports, the function must bring."""
    install(target, "--only-group", "emulator")
    return target


def assemble(target: Path) -> None:
{% if cookiecutter.package_as == 'zip' %}
    """Build the function's artifact in `target`, for this machine, and its archive beside it."""
    build(target, None, with_zip=True)
{% else %}
    """Put into `target` what the image holds: the package and its run-time dependencies, for this machine."""
    install(target, "--no-default-groups")
    package = shutil.copytree(PROJECT / "src" / PACKAGE, target / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    compile_all = [sys.executable, "-m", "compileall", "-q", str(package)]
    subprocess.run(compile_all, check=True, capture_output=True, text=True)
{% endif %}


def is_free(port: int) -> bool:
    """Return whether nothing listens on `port`."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports() -> tuple[int, int]:
    """Return two neighbouring ports on which nothing listens.

    They lie below those that the system gives out by itself, and the search starts anywhere, so that what else starts
    at the same time hardly meets them.

    Raises:
        OSError: all are in use.
    """
    start = secrets.randbelow(len(PORTS))
    for port in (*PORTS[start:], *PORTS[:start]):
        if is_free(port) and is_free(port + 1):
            return port, port + 1
    message = f"no two neighbouring ports are free from {PORTS[0]} to {PORTS[-1]}"
    raise OSError(message)


def environment(*path: Path) -> dict[str, str]:
    """Return the environment in which the function runs; `path` is where it finds modules."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "PYTHONDONTWRITEBYTECODE": "1",  # Lambda's file system is read-only
        "AWS_LAMBDA_FUNCTION_NAME": "emulated",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": "INFO",
{% if cookiecutter.__uses_aws %}
        "AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"],
        **CREDENTIALS,
{% endif %}
    } | local_environment()


@contextmanager
def emulate(artifact: Path, scratch: Path, *, handler: str = HANDLER, client: Path | None = None) -> Iterator[Emulator]:
    """Run the function in `artifact`, as Lambda would run it, until the block ends.

    Args:
        artifact: the folder that holds the package and its run-time dependencies, for this machine.
        scratch: an empty folder for what the emulator itself needs.
        handler: what Lambda calls.
        client: where Lambda's client is installed already; else it is installed into `scratch`.
    """
    client = client or install_client(scratch / "client")
    port, runtime_port = free_ports()
    log = scratch / "emulator.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [
                *(find_executable(), "--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
                *("--runtime-api-address", f"127.0.0.1:{runtime_port}"),
                *(sys.executable, "-S", "-m", "awslambdaric", handler),
            ],
            cwd=artifact,
            env=environment(artifact, client),
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            wait_for(port)
            yield Emulator(f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations", log)
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    """Return once something listens on `port`.

    Raises:
        TimeoutError: nothing does after `START_SECONDS`.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    message = f"the emulator does not listen on port {port}"
    raise TimeoutError(message)
