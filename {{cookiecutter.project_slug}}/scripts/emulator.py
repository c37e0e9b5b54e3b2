"""Run the built function on this machine under Lambda's Runtime Interface Emulator."""

import functools
import json
import os
import platform
import re
import secrets
{% if cookiecutter.__image %}
import shutil
{% endif %}
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

{% if cookiecutter.__zip %}
from infra.bundle import build
from infra.project import PACKAGE
{% else %}
from infra.project import PACKAGE, PROJECT
{% endif %}
from infra.wheels import UV
{% if cookiecutter.__uses_aws %}
from scripts.invoke import local_environment
from scripts.local_aws import CREDENTIALS
{% else %}
from scripts.invoke import NO_ACCOUNT, local_environment
{% endif %}

# The emulator's executable is part of the AWS SAM CLI; the version is that of the task `sam`.
SAM_CLI = "aws-sam-cli~=1.152"
MACHINES = {"x86_64": "x86_64", "aarch64": "arm64"}
MISSING = None if sys.platform == "linux" and platform.machine() in MACHINES else "the emulator runs on Linux only"
START_SECONDS = 30
# Below those that the system assigns by itself, so that other programs hardly ever take the same.
PORTS = range(20_000, 30_000, 2)
HANDLER = f"{PACKAGE}.handler.lambda_handler"
# No proxy leads to this machine.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
# What the emulator itself logs, in the same file as the function.
EMULATOR_LINE = re.compile(r"(START|END|REPORT) RequestId: |[^{]* \(rapid\) ")
INIT_REPORT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)")


class Emulator:
    """A running emulator; `invoke` sends it events."""

    def __init__(self, url: str, log: Path) -> None:
        """Take where the emulator listens, and where it logs."""
        self._url = url
        self._log = log

    def invoke(self, event: object) -> dict[str, Any]:
        """Return the function's response to `event`, or Lambda's description of its failure."""
        request = urllib.request.Request(self._url, json.dumps(event).encode())  # noqa: S310 - always this machine
        try:
            with DIRECT.open(request, timeout=START_SECONDS) as response:
                body = response.read()
        except urllib.error.HTTPError as error:  # the function fails to initialize
            with error:
                body = error.read() or json.dumps({"errorType": str(error)}).encode()
        parsed: dict[str, Any] = json.loads(body)
        return parsed

    def log_lines(self) -> list[dict[str, Any]]:
        """Return what the function has logged as JSON so far."""
        return [json.loads(line) for line in self.log_text().splitlines() if line.startswith("{")]

    def plain_lines(self) -> list[str]:
        """Return what the function has logged as plain text so far."""
        lines = [line for line in self.log_text().splitlines() if not line.startswith("{")]
        return [line for line in lines if line and not EMULATOR_LINE.match(line)]

    def init_ms(self) -> float:
        """Return the duration of the initialization in milliseconds, which the emulator reports after it."""
        found = INIT_REPORT.search(self.log_text())
        return float(found[1]) if found else float("nan")

    def log_text(self) -> str:
        """Return what the function and the emulator have logged so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")


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
{% if not cookiecutter.__runtime_boto3 %}
    """Install Lambda's runtime interface client into `target`, apart from what the function brings, and return that."""
{% else %}
    """Install what Lambda's runtime has into `target`, apart from what the function brings, and return that."""
{% endif %}
    install(target, "--only-group", "emulator")
    return target


def assemble(target: Path) -> None:
{% if cookiecutter.__zip %}
    """Build the deployment package in `target`, for this machine."""
    build(target, None)
{% else %}
    """Put into `target` what the image contains: the package and its run-time dependencies, for this machine."""
    install(target, "--no-default-groups")
    package = shutil.copytree(PROJECT / "src" / PACKAGE, target / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    compile_all = [sys.executable, "-m", "compileall", "-q", str(package)]
    subprocess.run(compile_all, check=True, capture_output=True, text=True)
{% endif %}


def is_free(port: int) -> bool:
    """Return whether nothing listens on `port`."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_ports() -> tuple[int, int]:
    """Return two neighboring ports on which nothing listens."""
    while True:
        port = secrets.choice(PORTS)
        if is_free(port) and is_free(port + 1):
            return port, port + 1


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
{% else %}
        **NO_ACCOUNT,
{% endif %}
    } | local_environment()


@contextmanager
def emulate(
    function: Path,
    scratch: Path,
    client: Path,
    handler: str = HANDLER,
    variables: Mapping[str, str] | None = None,
) -> Generator[Emulator]:
    """Run the built `function` as Lambda would, until the block ends.

    Args:
        function: the folder that holds the package and its run-time dependencies, for this machine.
        scratch: a folder for the emulator's log.
        client: where `install_client` has installed Lambda's client.
        handler: what Lambda calls.
        variables: environment variables of the function, in place of those that it has on this machine.
    """
    port, runtime_port = free_ports()
    log = scratch / "emulator.log"
    command = [
        *(str(find_executable()), "--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
        *("--runtime-api-address", f"127.0.0.1:{runtime_port}"),
        *(sys.executable, "-S", "-m", "awslambdaric", handler),
    ]
    environ = environment(function, client) | dict(variables or {})
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=function, env=environ, stdout=output, stderr=subprocess.STDOUT) as process,
    ):
        try:
            wait_for(port)
            yield Emulator(f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations", log)
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    """Return once something listens on `port`; raise TimeoutError if nothing does after `START_SECONDS`."""
    deadline = time.monotonic() + START_SECONDS
    while is_free(port):
        if time.monotonic() > deadline:
            message = f"the emulator does not listen on port {port}"
            raise TimeoutError(message)
        time.sleep(0.02)
