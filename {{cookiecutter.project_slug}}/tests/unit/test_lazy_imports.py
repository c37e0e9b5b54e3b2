import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from {{ cookiecutter.__package }}.lazy_imports import import_lazily


@pytest.fixture(autouse=True)
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A module and a package with one, which are gone afterwards."""
    (tmp_path / "box").mkdir()
    for path in ("slow.py", "box/__init__.py", "box/inner.py"):
        (tmp_path / path).write_text("value = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in ("slow", "box", "box.inner"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("name", ["slow", "box.inner"])
def test_a_module_loads_when_it_is_first_used(name: str) -> None:
    import_lazily(name)
    stand_in = import_module(name)
    assert "value" not in vars(stand_in)
    assert stand_in.value == stand_in.value == 1
    assert vars(sys.modules[name])["value"] == 1


def test_a_package_holds_its_lazy_module() -> None:
    import_lazily("box.inner")
    assert import_module("box").inner.value == 1


def test_what_a_module_does_not_hold_is_an_error() -> None:
    import_lazily("slow")
    with pytest.raises(AttributeError, match="nothing"):
        _ = import_module("slow").nothing


def test_a_module_that_is_loaded_stays_as_it_is() -> None:
    module = import_module("slow")
    import_lazily("slow")
    assert sys.modules["slow"] is module
