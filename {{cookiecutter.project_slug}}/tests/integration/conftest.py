from collections.abc import Iterator
from pathlib import Path

import pytest

from bundle import build
from emulator import MISSING, Emulator, emulate


@pytest.fixture(scope="session")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The function's artifact, built for this machine."""
    folder = tmp_path_factory.mktemp("artifact") / "function"
    build(folder, None, with_zip=True)
    return folder


@pytest.fixture(scope="session")
def emulator(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The artifact, running under Lambda's emulator."""
    if MISSING:
        pytest.skip(MISSING)
    with emulate(artifact, tmp_path_factory.mktemp("emulator")) as running:
        yield running
