"""Measure cold starts and warm invocations under Lambda's emulator, beside those of an empty handler."""

import argparse
import json
{% if cookiecutter.__uses_aws %}
import os
{% endif %}
import platform
import py_compile
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

{% if cookiecutter.__idempotent or cookiecutter.__stored %}
import boto3

{% endif %}
from infra.project import SAMPLE_EVENT
from scripts.emulator import HANDLER, MISSING, Emulator, assemble, emulate, environment, install_client
{% if cookiecutter.__uses_aws %}
from scripts.invoke import local_environment
from scripts.local_aws import local_aws
{% endif %}

WARM_INVOCATIONS = 20
SHOWN_IMPORTS = 15
IMPORT_LINE = re.compile(r"import time: +(\d+) \| +(\d+) \| +(\S+)")
PHASES = ("init", "first", "warm")

# Milliseconds by phase, one for each cold start; that of the warm invocations is their median.
Times = dict[str, list[float]]
# A built function's folder, and what Lambda calls in it.
Function = tuple[Path, str]


def empty_function(folder: Path) -> Function:
    """Write a handler that does nothing into the new folder `folder`."""
    folder.mkdir()
    source = folder / "empty.py"
    source.write_text("def lambda_handler(event, context):\n    return {}\n", encoding="utf-8")
    py_compile.compile(str(source))
    return folder, "empty.lambda_handler"


def check_response(response: dict[str, Any]) -> None:
    """Exit with one line if the function failed: only what works is worth measuring."""
    match response:
        case {"errorType": name, **others}:
            sys.exit(f"bench: the function fails on {SAMPLE_EVENT.name}: {name}: {others.get('errorMessage')}")
        case {"statusCode": int(status)} if status >= 400:
            sys.exit(f"bench: the function responds to {SAMPLE_EVENT.name} with status {status}")
{% include 'event_source/' ~ cookiecutter.event_source ~ '/bench-case.py' ignore missing %}
        case {"batchItemFailures": [_, *_]}:
            sys.exit(f"bench: the function fails on {SAMPLE_EVENT.name}")


def invoke(running: Emulator, event: object) -> float:
    """Return how many milliseconds the response to `event` takes."""
{% if cookiecutter.__idempotent or cookiecutter.__stored %}
    forget_events()
{% endif %}
    before = time.perf_counter()
    response = running.invoke(event)
    after = time.perf_counter()
    check_response(response)
    return (after - before) * 1000

{% if cookiecutter.__idempotent or cookiecutter.__stored %}

def forget_events() -> None:
    """Delete the records of handled events: a repeated event would skip the work to measure."""
    client = boto3.client("dynamodb")
{% if cookiecutter.__stored and cookiecutter.__idempotent %}
    for table, name in ((os.environ["IDEMPOTENCY_TABLE"], "id"), (os.environ["ORDERS_TABLE"], "order_id")):
        for item in client.scan(TableName=table)["Items"]:
            client.delete_item(TableName=table, Key={name: item[name]})
{% else %}
    table = os.environ["{{ 'ORDERS_TABLE' if cookiecutter.__stored else 'IDEMPOTENCY_TABLE' }}"]
    for item in client.scan(TableName=table)["Items"]:
        client.delete_item(TableName=table, Key={"{{ 'order_id' if cookiecutter.__stored else 'id' }}": item["{{ 'order_id' if cookiecutter.__stored else 'id' }}"]})
{% endif %}

{% endif %}

def start(function: Function, client: Path, event: object) -> tuple[float, float, float]:
    """Return the duration of the initialization, of the first and of a warm invocation, in milliseconds."""
    folder, handler = function
    with tempfile.TemporaryDirectory() as scratch, emulate(folder, Path(scratch), client, handler) as running:
        first = invoke(running, event)  # the emulator initializes the function only now
        warm = statistics.median(invoke(running, event) for _ in range(WARM_INVOCATIONS))
        return running.init_ms(), first, warm


def measure(functions: dict[str, Function], client: Path, starts: int) -> dict[str, Times]:
    """Return the times of each of `functions`, which start in turn, so that other load hits all alike."""
    event = json.loads(SAMPLE_EVENT.read_text(encoding="utf-8"))
    measured: dict[str, Times] = {name: {phase: [] for phase in PHASES} for name in functions}
    for _ in range(starts):
        for name, function in functions.items():
            for phase, milliseconds in zip(PHASES, start(function, client, event), strict=True):
                measured[name][phase].append(round(milliseconds, 3))
    return measured


def slowest_imports(folder: Path, client: Path) -> list[tuple[int, int, str]]:
    """Return the slowest imports of the handler: microseconds with and without what it imports itself, and its name."""
    code = f"import awslambdaric.bootstrap, sys; print(file=sys.stderr); import {HANDLER.rpartition('.')[0]}"
    done = subprocess.run(
        [sys.executable, "-S", "-X", "importtime", "-c", code],
        cwd=folder,
        env=environment(folder, client),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    lines = IMPORT_LINE.findall(done.stderr.rpartition("\n\n")[2])
    imports = [(int(total), int(own), name) for own, total, name in lines]
    return sorted(imports, reverse=True)[:SHOWN_IMPORTS]


def print_times(measured: dict[str, Times]) -> None:
    """Print the median of each phase, with the fastest and the slowest."""
    print(f"{f'Python {platform.python_version()}':22}" + "".join(f"{f'{phase}, ms':>24}" for phase in PHASES))
    for name, times in measured.items():
        spreads = (f"{statistics.median(each):.1f} ({min(each):.1f}-{max(each):.1f})" for each in times.values())
        print(f"{name:22}" + "".join(f"{spread:>24}" for spread in spreads))


def main() -> None:
    """Build the function, measure, and print the times and the slowest imports."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure cold starts and warm invocations.")
    parser.add_argument("--starts", type=int, default=5, help="how often each function starts (default: 5)")
    starts: int = max(parser.parse_args().starts, 1)
    if MISSING:
        sys.exit(f"bench: {MISSING}")
    with tempfile.TemporaryDirectory() as scratch:
        function, client = Path(scratch, "function"), install_client(Path(scratch, "client"))
        assemble(function)
        functions = {"empty handler": empty_function(Path(scratch, "empty")), "function": (function, HANDLER)}
{% if cookiecutter.__uses_aws %}
        os.environ.update(local_environment())
        with local_aws():
            print_times(measure(functions, client, starts))
            imports = slowest_imports(function, client)
{% else %}
        print_times(measure(functions, client, starts))
        imports = slowest_imports(function, client)
{% endif %}
    print("\nSlowest imports, in ms: with what it imports, alone")
    for total, own, name in imports:
        print(f"{total / 1000:8.1f}{own / 1000:8.1f}  {name}")


if __name__ == "__main__":
    main()
