"""Images that generated projects build: on every Python version, with the container engine of this machine."""

import contextlib
import itertools
import json
import re
import shutil
import signal
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.artifacts import HOST, check_contents, check_libraries
from helpers.sources import expected, sources_with
from helpers.support import AXES, UV, Bake, Project, clean_environment

ENGINES = ["docker", "podman", "buildah"]
# A version for each event source.
ROWS = list(zip(itertools.cycle(AXES["python_version"]), AXES["event_source"], strict=False))
# Where the emulator listens that the base image's entrypoint starts.
PORT = 8080
# What the function reports that reads from S3, where nothing stands in for AWS.
UNREACHABLE = "FailedObjectsError"
# What engines put into a container of their own accord.
ENGINES_OWN = ("/.dockerenv", "/dev", "/etc/host", "/etc/resolv.conf", "/proc", "/run", "/sys", "/tmp")  # noqa: S108 - only left out

LIST = """
import json, os
found = {}
for folder, _, names in os.walk("/"):
    for path in (folder, *(os.path.join(folder, name) for name in names)):
        if not path.startswith(%r):
            status = os.lstat(path)
            found[path] = [status.st_mode & 0o777, status.st_uid, status.st_gid]
print(json.dumps(found))
"""

pytestmark = [pytest.mark.matrix, pytest.mark.xdist_group("images")]


@pytest.fixture(scope="session")
def engine() -> str:
    """The first container engine that works here; without one, the tests fail."""
    for name in ENGINES:
        with contextlib.suppress(FileNotFoundError):
            if subprocess.run([name, "info"], capture_output=True, check=False).returncode == 0:
                return name
    message = f"these tests need one of {', '.join(ENGINES)}"
    raise RuntimeError(message)


@pytest.fixture(scope="module", params=ROWS, ids="-".join)
def project(request: pytest.FixtureRequest, bake_once: Bake) -> Project:
    """A project with its image built."""
    version, event_source = request.param
    made = bake_once(
        project_slug=f"service-{version.replace('.', '-')}",
        package_as="container",
        python_version=version,
        event_source=event_source,
        architecture=HOST,
        type_checker="pyrefly",
    )
    made.uv("lock")
    made.poe("build")
    return made


@contextlib.contextmanager
def container(engine: str, image: str, *options: str) -> Iterator[list[str]]:
    """Yield the beginning of a command that runs in a new container of `image`."""
    if engine != "buildah":
        yield [engine, "run", "--rm", "--pull=never", *options, image]
        return
    name = f"test-{uuid.uuid4().hex}"
    subprocess.run(["buildah", "from", "--pull-never", "--name", name, image], check=True, capture_output=True)
    try:
        yield ["buildah", "run", "--isolation=chroot", *options, name, "--"]
    finally:
        subprocess.run(["buildah", "rm", name], check=True, capture_output=True)


def listed(engine: str, image: str) -> dict[str, list[int]]:
    """Return the mode, owner and group of every file and folder in `image`, as its own interpreter sees them."""
    interpreter = "/var/lang/bin/python3"
    options = [] if engine == "buildah" else [f"--entrypoint={interpreter}"]
    with container(engine, image, *options) as command:
        program = [interpreter] if engine == "buildah" else []
        found: dict[str, list[int]] = json.loads(
            subprocess.check_output([*command, *program, "-c", LIST % (ENGINES_OWN,)])
        )
    return found


def copy_task_root(engine: str, image: str, target: Path) -> None:
    """Copy what `image` holds of the function to `target`, whatever processor it is for."""
    if engine == "buildah":
        made = subprocess.check_output(["buildah", "from", "--pull-never", image], text=True).strip()
        mounted = subprocess.check_output(["buildah", "mount", made], text=True).strip()
        shutil.copytree(Path(mounted, "var", "task"), target)
    else:
        made = subprocess.check_output([engine, "create", "--pull=never", image], text=True).strip()
        subprocess.run([engine, "cp", f"{made}:/var/task", target], check=True)
    subprocess.run([engine, "rm", made], check=True, capture_output=True)


def test_the_image_adds_the_package_and_its_dependencies_only(project: Project, engine: str, tmp_path: Path) -> None:
    base = f"public.ecr.aws/lambda/python:{project.answers['python_version']}"
    before, after = listed(engine, base), listed(engine, project.path.name)
    added = {path: status for path, status in after.items() if path not in before}
    assert {path for path in before if path not in after} == set()
    assert {path for path in added if not path.startswith("/var/task/")} == set()
    for path, (mode, owner, group) in added.items():
        assert mode & 0o444 == 0o444, f"{path} is not readable by everyone"
        assert (owner, group) == (0, 0), path
    copy_task_root(engine, project.path.name, tmp_path / "task")
    check_contents(project, tmp_path / "task")
    check_libraries(project, tmp_path / "task")


def test_an_image_for_another_processor_is_built_without_emulation(bake: Bake, engine: str, tmp_path: Path) -> None:
    (other,) = (each for each in AXES["architecture"] if each != HOST)
    project = bake(project_slug="service-other", package_as="container", architecture=other, type_checker="pyrefly")
    project.uv("lock")
    if engine == "buildah":
        # The base images on this machine may be for its own processor only; what is installed is for the other.
        processor = f"TARGETARCH={'arm64' if other == 'arm64' else 'amd64'}"
        command = ("buildah", "build", "--isolation=chroot", "--layers", "--force-rm", "--build-arg", processor)
        project.run(*command, "--tag", project.path.name, ".")
    else:
        project.poe("build")
    copy_task_root(engine, project.path.name, tmp_path / "task")
    check_contents(project, tmp_path / "task")
    check_libraries(project, tmp_path / "task")


def test_the_image_answers_through_its_entrypoint(project: Project, engine: str) -> None:
    event = (project.path / "events" / "order.json").read_bytes()
    variables = dict(
        re.findall(r"^(\w+)=(.*)$", (project.path / "local.env").read_text(encoding="utf-8"), re.MULTILINE)
    )
    variables |= {
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_MAX_ATTEMPTS": "1",
    }
    variables |= dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "local")
    options = [f"--env={name}={value}" for name, value in variables.items()]
    if engine == "buildah":
        image = json.loads(subprocess.check_output(["buildah", "inspect", "--type", "image", project.path.name]))
        own_command = image["OCIv1"]["config"]["Entrypoint"] + image["OCIv1"]["config"]["Cmd"]
    else:
        options.append(f"--publish=127.0.0.1:{PORT}:{PORT}")
        own_command = []
    with (
        container(engine, project.path.name, *options) as command,
        subprocess.Popen([*command, *own_command]) as process,
    ):
        try:
            answer = answered(event)
        finally:
            process.terminate()
    event_source = project.answers["event_source"]
    assert expected(event_source)["invoked"] in json.dumps(answer) or answer.get("errorType") == UNREACHABLE
    assert ("errorType" in answer) == (event_source in sources_with("own/src/lines.py"))


def answered(event: bytes) -> dict[str, object]:
    """Return the response to `event`, as soon as the emulator listens."""
    url = f"http://127.0.0.1:{PORT}/2015-03-31/functions/function/invocations"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, event, timeout=60) as response:
            answer: dict[str, object] = json.load(response)
            return answer
        time.sleep(0.1)
    message = "the emulator does not listen"
    raise TimeoutError(message)


def test_what_is_served_can_be_invoked(project: Project, tmp_path: Path) -> None:
    address = project.path / ".build" / "served"
    log = tmp_path / "log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [UV, "run", "python", "-m", "scripts.serve", "--port", "9100"],
            cwd=project.path,
            env=clean_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            while not address.exists():
                assert process.poll() is None, log.read_text(encoding="utf-8")
                time.sleep(0.1)
            printed = project.poe("invoke").output
            in_use = project.poe("serve", "--port", "9100", expect=1).output
        finally:
            process.send_signal(signal.SIGTERM)
    assert "sent to the image at http://127.0.0.1:9100/" in printed
    assert expected(project.answers["event_source"])["invoked"] in printed
    assert "serve: port 9100 is in use" in in_use
    assert "curl http://127.0.0.1:9100/" in log.read_text(encoding="utf-8")
    assert not address.exists()
    assert "sent to the image" not in project.poe("invoke").output


def copied(engine: str, image: str) -> list[str]:
    """Return when each `COPY` that led to `image` ran, first to last; one taken from the cache keeps its time."""
    if engine == "buildah":
        inspected = json.loads(subprocess.check_output(["buildah", "inspect", "--type", "image", image]))
        return [step["created"] for step in inspected["OCIv1"]["history"] if " COPY " in step["created_by"]]
    command = [engine, "history", "--no-trunc", "--format={{.CreatedAt}}\t{{.CreatedBy}}", image]
    steps = [row.split("\t", 1) for row in subprocess.check_output(command, text=True).splitlines()]
    return [created for created, step in reversed(steps) if "COPY " in step]


def test_a_change_of_code_rebuilds_the_last_layers_only(project: Project, engine: str) -> None:
    before = copied(engine, project.path.name)
    service = project.path / "src" / project.package / "service.py"
    kept = service.read_bytes()
    try:
        service.write_bytes(kept + f"# {uuid.uuid4()}\n".encode())  # an earlier run's change would be in the cache
        log = project.poe("build").output
    finally:
        service.write_bytes(kept)

    def is_cached(step: str) -> bool:
        """Return whether the engine says that it took `step` from its cache."""
        if number := re.search(rf"^#(\d+) [^\n]*{step}", log, re.MULTILINE):  # Docker numbers its steps
            return f"#{number[1]} CACHED" in log
        return bool(re.search(rf"STEP [^\n]*{step}[^\n]*\n--> Using cache", log))

    steps = ["COPY pyproject.toml", "uv export", "COPY src"]
    assert {step: is_cached(step) for step in steps} == dict(zip(steps, [True, True, False], strict=True))
    # A step that waits for another stage is not followed by its result in the log: the image itself tells.
    after = copied(engine, project.path.name)
    assert before[:-1]
    assert [at == then for at, then in zip(after, before, strict=True)] == [True] * (len(before) - 1) + [False]


def test_a_build_that_fails_leaves_the_previous_image(project: Project, engine: str) -> None:
    inspect = [engine, "inspect", *(["--type", "image"] if engine == "buildah" else []), project.path.name]
    before = subprocess.check_output(inspect)
    lock = project.path / "uv.lock"
    kept = lock.read_bytes()
    try:
        lock.write_bytes(kept.replace(b'hash = "sha256:', b'hash = "sha256:0'))
        failed = project.uv("run", "--no-sync", "--frozen", "python", "-m", "infra.image", expect=1).output
        lock.unlink()
        missing = project.uv("run", "--no-sync", "python", "-m", "infra.image", expect=1).output
    finally:
        lock.write_bytes(kept)
    assert "could not build the image" in failed.splitlines()[-1]
    assert "image: uv.lock is missing; create it with `uv lock`" in missing
    assert subprocess.check_output(inspect) == before
