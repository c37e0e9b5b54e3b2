"""What the function logs as Lambda runs it, at the finest level."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.project import SAMPLE_EVENT
from scripts.emulator import Emulator, emulate
from tests.support import Sample

MARKER = "do-not-log-me"
VARIABLES = {"AWS_LAMBDA_LOG_LEVEL": "TRACE", "AWS_SECRET_ACCESS_KEY": MARKER, "AWS_SESSION_TOKEN": MARKER}


@pytest.fixture
def emulator(artifact: Path, client: Path, tmp_path: Path) -> Iterator[Emulator]:
    """The package at the finest log level, with credentials that must not be logged."""
    with emulate(artifact, tmp_path, client, variables=VARIABLES) as running:
        yield running


def marked(event: Any) -> Any:
    """Return `event` with one more field in each of its objects, such as the headers or a record."""
    match event:
        case dict():
            return {name: marked(value) for name, value in event.items()} | {"marker": MARKER}
        case list():
            return [marked(value) for value in event]
        case _:
            return event


def test_neither_credentials_nor_input_are_logged(emulator: Emulator, sample: Sample) -> None:
    for path in SAMPLE_EVENT.parent.glob("*.json"):
        event = sample(path.stem)
        emulator.invoke(event)
        emulator.invoke(marked(event))
    assert emulator.log_lines()
    assert MARKER not in emulator.log_text()
    assert emulator.plain_lines() == []
