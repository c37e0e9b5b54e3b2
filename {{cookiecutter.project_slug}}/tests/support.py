"""What several test files need: sample events and what the function has logged."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

{% if cookiecutter.__keeps_events %}
from hypothesis import strategies as st

{% endif %}
from infra.project import PACKAGE, SAMPLE_EVENT

Event = dict[str, Any]
Sample = Callable[[str], Event]
{% if cookiecutter.__keeps_events %}

# Whatever an event may hold; JSON's escapes can also spell text that has no encoding.
TEXT = st.text(st.characters())
ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)
{% endif %}


def read_sample(name: str) -> Event:
    """Return a new copy of the sample event `events/<name>.json`."""
    event: Event = json.loads(SAMPLE_EVENT.with_name(f"{name}.json").read_text(encoding="utf-8"))
    return event


def sample_event() -> Event:
    """Return a new copy of the event that `poe invoke` sends."""
    return read_sample(SAMPLE_EVENT.stem)


class Logs:
    """What the function has logged so far."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


def modules_at_start(artifact: Path) -> set[str]:
    """Return the modules that a new process has loaded after it imported the handler from `artifact`."""
    code = f"""import sys, json, {PACKAGE}.handler
print(json.dumps([name for name, module in sys.modules.items() if getattr(module, "__spec__", None)]))"""
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=artifact,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        check=False,
        capture_output=True,
        text=True,
    )
    last = done.stderr.strip().rpartition("\n")[2]
    assert not done.returncode, f"{last}; is it in `dependencies`, with everything that the function needs at run time?"
    return set(json.loads(done.stdout))
