"""What the folder of an event source says about it, so that no test lists the sources."""

import functools
from typing import Any

import tomli

from lambda_python_answers import EVENT_SOURCES, has

from helpers.support import AXES


@functools.cache
def expected(event_source: str) -> dict[str, Any]:
    """Return what the tests expect of `event_source`."""
    return tomli.loads((EVENT_SOURCES / event_source / "expected.toml").read_text(encoding="utf-8"))


def sources_with(name: str) -> list[str]:
    """Return the event sources that have the file `name`."""
    return [each for each in AXES["event_source"] if has(each, name)]


def has_queue(event_source: str) -> bool:
    """Return whether failed events of `event_source` wait in a queue; callers of an HTTP API get the error instead."""
    return not has(event_source, "own/src/http_api.py")


def own_files(event_source: str) -> set[str]:
    """Return the files that only projects for `event_source` have."""
    folder = EVENT_SOURCES / event_source / "own"
    paths = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return {f"src/{{package}}/{path[4:]}" if path.startswith("src/") else path for path in paths}
