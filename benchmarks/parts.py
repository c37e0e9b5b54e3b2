"""A plugin for pytest that says what the time of a generated project's tests went into.

It writes the seconds of each part to the file that PARTS_FILE names. Parts within parts count once, where they are:

- `collection`: until the tests are known; the interpreter's and the plugins' own imports are in it
- `build`: the bundler
- `emulator`: until an emulator listens
- `repeated`: what the emulator's helpers do again although an earlier call has done it
- `waiting`: sleep, and a server that notices late that it shall stop
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from socketserver import BaseServer
from types import SimpleNamespace
from typing import Any

import pytest

# The helpers of scripts/emulator.py whose second call could have used what the first one found.
ONCE = ("find_executable", "install")


class Clock:
    """Seconds by part; a part within another is not counted twice."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.seconds: dict[str, float] = {}
        self.nested: list[float] = []

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the block as `name`, without the parts in it."""
        self.nested.append(0)
        started = time.perf_counter()
        try:
            yield
        finally:
            elapsed = time.perf_counter() - started
            inner = self.nested.pop()
            self.seconds[name] = self.seconds.get(name, 0) + elapsed - inner
            if self.nested:
                self.nested[-1] += elapsed

    def wrap(self, owner: object, name: str, part: Callable[[], str]) -> None:
        """Count each call of `owner.name`, where there is one."""
        if (function := getattr(owner, name, None)) is None:
            return

        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - it stands for any function
            with self.part(part()):
                return function(*args, **kwargs)

        setattr(owner, name, timed)


clock = Clock()
sleep = time.sleep


def first_or(again: str, first: str) -> Callable[[], str]:
    """Return a function that says `first` once, and from then on `again`."""
    said: list[str] = []

    def say() -> str:
        said.append(first)
        return first if len(said) == 1 else again

    return say


def pytest_configure() -> None:
    """Watch, before any test module imports what is watched."""
    clock.wrap(time, "sleep", lambda: "waiting")
    clock.wrap(BaseServer, "shutdown", lambda: "waiting")
    clock.wrap(import_module("infra.bundle"), "build", lambda: "build")  # before others import it
    # Waiting for what still starts is the work of what starts.
    emulator = import_module("scripts.emulator")
    for name in ONCE:
        clock.wrap(emulator, name, first_or("repeated", "emulator"))
    clock.wrap(emulator, "wait_for", lambda: "emulator")
    vars(emulator)["time"] = SimpleNamespace(monotonic=time.monotonic, sleep=sleep)


def pytest_collection_finish() -> None:
    """Count all until here as the collection."""
    process_started = float(os.environ["PARTS_STARTED"])
    clock.seconds["collection"] = time.time() - process_started


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Write what was counted."""
    Path(os.environ["PARTS_FILE"]).write_text(json.dumps(clock.seconds), encoding="utf-8")
