"""Measure the function under Lambda's emulator: cold starts, warm invocations, imports, with each Python found here."""

import argparse
import json
import os
import platform
import py_compile
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypedDict

{% if cookiecutter.idempotency %}
import boto3

{% endif %}
{% if cookiecutter.package_as == 'zip' %}
from infra.bundle import BundleError
{% endif %}
from infra.project import PACKAGE
from scripts.emulator import HANDLER, MISSING, Emulator, assemble, emulate, environment, install_client
{% if cookiecutter.__uses_aws %}
from scripts.invoke import local_environment
from scripts.local_aws import local_aws
{% endif %}
from scripts.runtimes import RUNTIMES, ImmovableError, is_installed, moved, table, uv

PROJECT = Path(__file__).resolve().parent.parent
EVENT = PROJECT / "events" / "order.json"
SLUG = "{{ cookiecutter.project_slug }}"
OWN = "{}.{}".format(*sys.version_info)
OLDEST_MINOR = 10  # older ones lack `match`, which the code uses
WARM_INVOCATIONS = 20
IMPORT_RUNS = 3
SHOWN_IMPORTS = 15
EMPTY = "empty handler"
HEADINGS = ("python", "artifact", "init", "", "init and first", "", "warm", "", "unpacked", "zipped")
IMPORT_LINE = re.compile(r"import time: +(\d+) \| +(\d+) \|( +)(\S+)")


class Import(TypedDict):
    """A module, and how long importing it takes: alone, and with what it imports for the first time."""

    module: str
    self_us: int
    cumulative_us: int
    depth: int


class Times(TypedDict):
    """One time for each cold start, in milliseconds; that of warm invocations is their median."""

    init_ms: list[float]
    first_ms: list[float]
    warm_ms: list[float]


class Measured(Times, total=False):
    """What there is to say about an artifact; the empty handler has times only."""

    unpacked_bytes: int
    zipped_bytes: int
    imports: list[Import]


class Result(TypedDict):
    """What was measured under one Python."""

    python: str
    own: bool
    starts: int
    artifacts: dict[str, Measured]


@dataclass(frozen=True)
class Artifact:
    """What is measured: an unpacked artifact that runs on this machine, and the archive of it, if there is one."""

    folder: Path
    handler: str = HANDLER
    archive: Path | None = None


class BenchError(Exception):
    """Something cannot be measured; the message says why, in one line."""


def reason(error: Exception) -> str:
    """Return in one line what went wrong."""
    match error:
        case subprocess.CalledProcessError(cmd=[program, *arguments]):
            last = (error.stderr or error.stdout or "").strip().splitlines()[-1:]
            return ": ".join([f"{Path(program).name} {' '.join(arguments[:2])} failed", *last])
        case FileNotFoundError(filename=name) if name:
            return f"{name} is not there"
        case _:
            return " ".join(str(error).split())


def empty_handler(folder: Path) -> Artifact:
    """Write a function that does nothing into `folder`, and return it."""
    folder.mkdir()
    source = folder / "empty.py"
    source.write_text("def lambda_handler(event, context):\n    return {}\n", encoding="utf-8")
    py_compile.compile(str(source))
    return Artifact(folder, "empty.lambda_handler")


def own_function(folder: Path) -> Artifact:
    """Build this project's function in `folder`, for this machine, and return it."""
    assemble(folder)
    archive = folder.with_name(f"{folder.name}.zip")
    return Artifact(folder, archive=archive if archive.exists() else None)


def failure(response: dict[str, Any]) -> str:
    """Return how the function failed according to its `response`, or nothing: only what works is worth measuring."""
    match response:
        case {"errorType": kind, **others}:
            return f"{kind}: {' '.join(str(others.get('errorMessage')).split())}"
        case {"statusCode": int(status)} if status >= HTTPStatus.BAD_REQUEST:
            return f"the function answers the sample event with status {status}"
        case {"batchItemFailures": [_, *_]}:
            return "the function fails on the sample event"
        case _:
            return ""


def refusal(error: urllib.error.HTTPError) -> str:
    """Return what the emulator says of a function that cannot even start."""
    with error:
        body = error.read()
    said = failure(json.loads(body)) if body else ""
    return said or f"the emulator answers with status {error.code}"
{% if cookiecutter.idempotency %}


def forget() -> None:
    """Let the function forget the events that it has handled: one that comes again has no effect to measure."""
    client = boto3.client("dynamodb")
    name = os.environ["IDEMPOTENCY_TABLE"]
    for item in client.scan(TableName=name)["Items"]:
        client.delete_item(TableName=name, Key={"id": item["id"]})
{% endif %}


def invoke(running: Emulator, event: object) -> float:
    """Return how many milliseconds pass until the function has answered `event`.

    Raises:
        BenchError: it fails.
    """
{% if cookiecutter.idempotency %}
    forget()
{% endif %}
    before = time.perf_counter()
    try:
        response = running.invoke(event)
    except urllib.error.HTTPError as error:
        raise BenchError(refusal(error)) from error
    after = time.perf_counter()
    if failed := failure(response):
        raise BenchError(failed)
    return (after - before) * 1000


def start(artifact: Artifact, client: Path, event: object) -> tuple[float, float, float]:
    """Start `artifact` once, and return its initialisation, first invocation and median warm one, in milliseconds."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        emulate(artifact.folder, Path(scratch), handler=artifact.handler, client=client) as running,
    ):
        first = invoke(running, event)  # the emulator initialises the function only now
        warm = statistics.median(invoke(running, event) for _ in range(WARM_INVOCATIONS))
        return round(running.init_ms(), 3), round(first, 3), round(warm, 3)


def dearest(report: str, module: str) -> list[Import]:
    """Return the modules that cost most when `module` is imported, each below the one that imports it.

    Args:
        report: what `python -X importtime` prints: a line for each module, after those that it imports.
        module: what is imported last.
    """
    waiting: dict[int, list[list[Import]]] = {}
    for found in IMPORT_LINE.finditer(report):
        depth = len(found[3]) // 2
        own = Import(module=found[4], self_us=int(found[1]), cumulative_us=int(found[2]), depth=depth)
        below = sorted(waiting.pop(depth + 1, []), key=lambda branch: -branch[0]["cumulative_us"])
        waiting.setdefault(depth, []).append([own, *(each for branch in below for each in branch)])
    tree = next((branch for branch in waiting.get(0, []) if branch[0]["module"] == module), [])
    # What imports another takes at least as long, and stands before it: the selection has no gaps.
    chosen = sorted(range(len(tree)), key=lambda place: -tree[place]["cumulative_us"])[:SHOWN_IMPORTS]
    return [tree[place] for place in sorted(chosen)]


def measure_imports(artifact: Artifact, client: Path) -> list[Import]:
    """Return the modules that cost most when `artifact` is imported: of some runs, those of the least disturbed."""
    module = artifact.handler.rpartition(".")[0]
    # What Lambda's client imports is there before the function is.
    code = f"import awslambdaric.bootstrap, {module}"
    runs: list[list[Import]] = []
    for _ in range(IMPORT_RUNS):
        done = subprocess.run(
            [sys.executable, "-S", "-X", "importtime", "-c", code],
            cwd=artifact.folder,
            env=environment(artifact.folder, client),
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        runs.append(dearest(done.stderr, module))
    return min(runs, key=lambda imports: imports[0]["cumulative_us"] if imports else 0)


def read_event() -> object:
    """Return the event that is sent.

    Raises:
        BenchError: its file is no JSON, or is not there.
    """
    try:
        return json.loads(EVENT.read_text(encoding="utf-8"))
    except OSError as error:
        raise BenchError(reason(error)) from error
    except ValueError as error:
        message = f"{EVENT} is not JSON: {error}"
        raise BenchError(message) from error


def measure(artifacts: dict[str, Artifact], client: Path, event: object, starts: int) -> dict[str, Measured]:
    """Start each of `artifacts` in turn, so that whatever else this machine does hits all alike."""
    measured = {name: Measured(init_ms=[], first_ms=[], warm_ms=[]) for name in artifacts}
    for _ in range(starts):
        for name, artifact in artifacts.items():
            try:
                init, first, warm = start(artifact, client, event)
            except BenchError as error:
                message = f"{name}: {error}"
                raise BenchError(message) from error
            measured[name]["init_ms"].append(init)
            measured[name]["first_ms"].append(first)
            measured[name]["warm_ms"].append(warm)
    for name, artifact in artifacts.items():
        if name != EMPTY:
            files = [path for path in artifact.folder.rglob("*") if path.is_file()]
            measured[name]["unpacked_bytes"] = sum(path.stat().st_size for path in files)
            measured[name]["imports"] = measure_imports(artifact, client)
        if artifact.archive:
            measured[name]["zipped_bytes"] = artifact.archive.stat().st_size
    return measured


def measure_here(given: dict[str, Artifact], starts: int) -> Result:
    """Return what there is to measure under this Python: of the artifacts `given`, or else of the project's own.

    Raises:
        BenchError: an artifact cannot be built, or fails.
    """
    event = read_event()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            function = given or {"function": own_function(Path(scratch, "function"))}
            artifacts = {EMPTY: empty_handler(Path(scratch, "empty")), **function}
            client = install_client(Path(scratch, "client"))
{% if cookiecutter.__uses_aws %}
            os.environ.update(local_environment())
            with local_aws():
                measured = measure(artifacts, client, event, starts)
{% else %}
            measured = measure(artifacts, client, event, starts)
{% endif %}
    except ({{ 'BundleError, ' if cookiecutter.package_as == 'zip' else '' }}OSError, subprocess.CalledProcessError) as error:
        raise BenchError(reason(error)) from error
    return Result(python=platform.python_version(), own=True, starts=starts, artifacts=measured)


def measure_under(python: str, starts: int) -> Result:
    """Return what there is to measure in a copy of the project that has moved to the version `python`.

    Raises:
        BenchError: something fails there.
        ImmovableError: there is no such copy.
    """
    with moved(python) as copy:
        file = copy / ".build" / "bench.json"
        file.parent.mkdir()
        command = ("python", "-m", "scripts.bench", "--own", "--starts", str(starts), "--json", str(file))
        done = uv("run", "--no-sync", *command, cwd=copy, PYTHONPATH="infra")
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:] or [f"bench ends with {done.returncode}"]
            raise BenchError(last[0].removeprefix("bench: "))
        result: Result = json.loads(file.read_text(encoding="utf-8"))["results"][0]
    result["own"] = False
    return result


def measure_elsewhere(starts: int) -> tuple[list[Result], list[str]]:
    """Return what was measured under each other Python that is installed, and what there is to say about the rest."""
    results: list[Result] = []
    missing: list[str] = []
    notes: list[str] = []
    newest = max(runtime.number[1] for runtime in RUNTIMES)
    for python in (f"3.{minor}" for minor in range(OLDEST_MINOR, newest + 1)):
        if python == OWN:
            continue
        if not is_installed(python):
            missing.append(python)
            continue
        print(f"bench: measuring under Python {python}", file=sys.stderr)
        try:
            results.append(measure_under(python, starts))
        except (BenchError, ImmovableError) as error:
            notes.append(f"Not measured under Python {python}: {error}")
    if missing:
        notes.append(f"Not installed here: Python {', '.join(missing)}")
    return results, notes


def version(result: Result) -> list[int]:
    """Return the Python of `result` as numbers, which sort."""
    return [int(number) for number in re.findall(r"\d+", result["python"])]


def times(measured: list[float], empty: list[float]) -> tuple[str, str]:
    """Return the median of `measured` with the least and the most, and how many times that of `empty` it is."""
    middle = statistics.median(measured)
    spread = f"{middle:.1f} ({min(measured):.1f}-{max(measured):.1f})"
    return spread, "" if measured is empty else f"x{middle / statistics.median(empty):.1f}"


def megabytes(size: int | None) -> str:
    """Return `size`, in bytes, as people read it."""
    return "" if size is None else f"{size / 1e6:.1f} MB"


def rows(results: list[Result]) -> list[tuple[str, ...]]:
    """Return the table: a row for each artifact under each Python."""
    lines: list[tuple[str, ...]] = [HEADINGS]
    for result in sorted(results, key=version):
        python = f"{result['python']} (now)" if result["own"] else result["python"]
        empty = result["artifacts"][EMPTY]
        for name, measured in result["artifacts"].items():
            lines.append(
                (
                    *(python, name),
                    *times(measured["init_ms"], empty["init_ms"]),
                    *times(measured["first_ms"], empty["first_ms"]),
                    *times(measured["warm_ms"], empty["warm_ms"]),
                    megabytes(measured.get("unpacked_bytes")),
                    megabytes(measured.get("zipped_bytes")),
                )
            )
    return lines


def origin(module: str) -> str:
    """Return whose `module` is."""
    top = module.partition(".")[0]
    if top == PACKAGE:
        return "own"
    return "Python" if top in sys.stdlib_module_names else "dependency"


def import_lines(imports: list[Import]) -> list[str]:
    """Return the tree of `imports`, in milliseconds."""
    return [
        f"{each['cumulative_us'] / 1000:8.1f} {each['self_us'] / 1000:8.1f}  {origin(each['module']):10}  "
        f"{'  ' * each['depth']}{each['module']}"
        for each in imports
    ]


def show(results: list[Result], notes: list[str], starts: int) -> None:
    """Print the table, the project's own imports, and `notes`."""
    counted = "one cold start" if starts == 1 else f"{starts} cold starts"
    print(f"Milliseconds: median (least-most) of {counted}, and how many times the empty handler's.\n")
    print(table(rows(results)))
    for result in results:
        for name, measured in result["artifacts"].items():
            if result["own"] and "imports" in measured:
                print(f"\nWhat importing {name} costs most, in milliseconds: with what it imports, and by itself.\n")
                print("\n".join(import_lines(measured["imports"])))
    if notes:
        print()
    for note in notes:
        print(note)


def read_artifacts(given: list[str]) -> dict[str, Artifact]:
    """Return the artifacts that are `given` as NAME=FOLDER; end with one line if one is not right."""
    artifacts: dict[str, Artifact] = {}
    for text in given:
        name, separator, folder = text.partition("=")
        if not (name and separator and folder):
            sys.exit(f"bench: --artifact takes NAME=FOLDER, not {text!r}")
        if name == EMPTY or name in artifacts:
            sys.exit(f"bench: --artifact: the name {name!r} is taken")
        if not Path(folder).is_dir():
            sys.exit(f"bench: --artifact {name}: there is no folder {folder}")
        artifacts[name] = Artifact(Path(folder).resolve())
    return artifacts


def write_json(path: Path, results: list[Result]) -> None:
    """Write `results` to `path`, with what is needed to compare them later; end with one line if that fails."""
    history = {
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": platform.platform(),
        "cpus": os.cpu_count(),
        "project": SLUG,
        "results": results,
    }
    try:
        path.write_text(json.dumps(history, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        sys.exit(f"bench: cannot write {path}: {error.strerror}")


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--starts", type=int, default=15, help="cold starts of each artifact (default: 15)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was measured to this file")
    parser.add_argument("--own", action="store_true", help="measure under the project's own Python only")
    parser.add_argument(
        "--artifact",
        action="append",
        default=[],
        metavar="NAME=FOLDER",
        help="measure this unpacked artifact under the project's own Python, and build none; may be given again",
    )
    arguments = parser.parse_args()
    if MISSING:
        sys.exit(f"bench: {MISSING}")
    starts: int = arguments.starts
    if starts < 1:
        sys.exit("bench: --starts must be at least 1")
    file: Path | None = arguments.json
    if file and file.is_dir():
        sys.exit(f"bench: cannot write {file}: it is a folder")
    if file and not file.absolute().parent.is_dir():
        sys.exit(f"bench: cannot write {file}: its folder is missing")
    artifacts = read_artifacts(arguments.artifact)
    print(f"bench: measuring under Python {OWN}", file=sys.stderr)
    try:
        results = [measure_here(artifacts, starts)]
    except BenchError as error:
        sys.exit(f"bench: {error}")
    notes: list[str] = []
    if not (artifacts or arguments.own):
        others, notes = measure_elsewhere(starts)
        results += others
    show(results, notes, starts)
    if file:
        write_json(file, results)


if __name__ == "__main__":
    main()
