import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.project import PACKAGE
from scripts.emulator import MISSING, Emulator, assemble, emulate, install_client

# Called by the handler for each {{ {'http-api': 'request', 'sqs': 'message', 'eventbridge': 'event', 'schedule': 'run', 's3': 'object'}[cookiecutter.event_source] }}; it raises an error in the broken function.
FAILING = "{{ {'http-api': 'find_operation', 'sqs': 'process_message', 'eventbridge': 'process_event', 'schedule': 'process_run', 's3': 'process_object'}[cookiecutter.event_source] }}"


@pytest.fixture(scope="session")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The {{ 'content of the image' if cookiecutter.package_as == 'container' else 'deployment package' }}, built for this machine."""
    folder = tmp_path_factory.mktemp("artifact") / "function"
    assemble(folder)
    return folder


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lambda's runtime interface client, which calls the handler; all emulators share it."""
    if MISSING:
        pytest.skip(MISSING)
    return install_client(tmp_path_factory.mktemp("client") / "client")


@pytest.fixture(scope="session")
def emulator(artifact: Path, client: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The package, running under Lambda's emulator."""
    with emulate(artifact, tmp_path_factory.mktemp("emulator"), client) as running:
        yield running


@pytest.fixture(scope="session")
def broken_emulator(artifact: Path, client: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The package with a function that always fails, running under Lambda's emulator."""
    broken = tmp_path_factory.mktemp("broken") / "function"
    shutil.copytree(artifact, broken)
    shutil.rmtree(broken / PACKAGE / "__pycache__", ignore_errors=True)
    handler = broken / PACKAGE / "handler.py"
    code = handler.read_text(encoding="utf-8")
    assert f"\ndef {FAILING}(" in code, f"handler.py has no {FAILING}; name another function in {__file__}"
    handler.write_text(f"{code}\n\ndef {FAILING}(*_):\n    raise RuntimeError\n", encoding="utf-8")
    with emulate(broken, tmp_path_factory.mktemp("emulator"), client) as running:
        yield running
