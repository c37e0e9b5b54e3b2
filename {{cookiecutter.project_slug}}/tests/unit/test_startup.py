import json
import os
import subprocess
import sys
{% if not cookiecutter.__has_boto3 %}
from collections.abc import Iterator
from importlib import import_module
{% endif %}
from pathlib import Path

{% if not cookiecutter.__has_boto3 %}
import pytest

from {{ cookiecutter.__package }}.startup import defer

{% endif %}
from infra.project import PACKAGE

SOURCES = Path(__file__).parents[2] / "src"
# In a new process: here, everything is imported already.
REPORT = """
import gc, importlib, json, os, sys
before = gc.isenabled(), gc.get_threshold()
importlib.import_module(sys.argv[1])
after = gc.isenabled(), gc.get_threshold()
print(json.dumps([before == after, gc.get_freeze_count(), os.environ["PYDANTIC_DISABLE_PLUGINS"]]))
"""


def test_import_restores_garbage_collection() -> None:
    inherited = {name: value for name, value in os.environ.items() if name != "PYDANTIC_DISABLE_PLUGINS"}
    done = subprocess.run(
        [sys.executable, "-c", REPORT, f"{PACKAGE}.handler"],
        env=inherited | {"PYTHONPATH": str(SOURCES)},
        capture_output=True,
        check=True,
        text=True,
    )
    gc_is_unchanged, frozen, plugins_disabled = json.loads(done.stdout)
    assert gc_is_unchanged
    assert frozen > 10_000
    assert plugins_disabled == "1"
{% if not cookiecutter.__has_boto3 %}


@pytest.fixture
def _modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A module and a package with a submodule, for the time of a test."""
    (tmp_path / "_box").mkdir()
    for path in ("_slow.py", "_box/__init__.py", "_box/inner.py"):
        (tmp_path / path).write_text("value = 1\ndef add(number): return value + number\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in ("_slow", "_box", "_box.inner"):
        sys.modules.pop(name, None)


@pytest.mark.usefixtures("_modules")
@pytest.mark.parametrize("name", ["_slow", "_box.inner"])
def test_deferred_module_loads_on_first_use(name: str) -> None:
    defer(name)
    placeholder = import_module(name)
    assert "value" not in vars(placeholder)
    assert placeholder.value == placeholder.value == 1
    assert vars(sys.modules[name])["value"] == 1


@pytest.mark.usefixtures("_modules")
@pytest.mark.parametrize("name", ["_slow", "_box"])
def test_deferred_function_loads_when_called(name: str) -> None:
    defer(name, "add")
    add = __import__(name, fromlist=["add"]).add  # as `from … import add`
    assert "value" not in vars(sys.modules[name])
    assert add(number=1) == add(1) == 2
    assert vars(sys.modules[name])["value"] == 1


@pytest.mark.usefixtures("_modules")
def test_package_has_its_deferred_submodule() -> None:
    defer("_box.inner")
    assert import_module("_box").inner.value == 1


@pytest.mark.usefixtures("_modules")
def test_deferred_module_lacks_attribute() -> None:
    defer("_slow")
    with pytest.raises(AttributeError, match="nothing"):
        _ = import_module("_slow").nothing


@pytest.mark.usefixtures("_modules")
def test_loaded_module_is_not_deferred() -> None:
    module = import_module("_slow")
    defer("_slow")
    assert sys.modules["_slow"] is module
{% endif %}
