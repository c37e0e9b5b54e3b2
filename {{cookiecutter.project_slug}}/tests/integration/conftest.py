import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.project import PACKAGE
from scripts.emulator import MISSING, Emulator, assemble, emulate, install_client

# Ends service.py in the broken package: none of its functions works.
BROKEN = """

def fail(*_, **__):
    raise RuntimeError


globals().update({name: fail for name, value in globals().items() if type(value) is type(fail)})
"""


@pytest.fixture(scope="session")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The {{ 'content of the image' if cookiecutter.__image else 'deployment package' }}, built for this machine."""
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
    """The package with a service that always fails, running under Lambda's emulator."""
    broken = tmp_path_factory.mktemp("broken") / "function"
    shutil.copytree(artifact, broken)
    shutil.rmtree(broken / PACKAGE / "__pycache__", ignore_errors=True)
    with (broken / PACKAGE / "service.py").open("a", encoding="utf-8") as service:
        service.write(BROKEN)
    with emulate(broken, tmp_path_factory.mktemp("emulator"), client) as running:
        yield running
