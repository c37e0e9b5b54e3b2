"""Modules that load when they are first used, not when they are imported."""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


def import_lazily(name: str) -> None:
    """Let the module `name` load when it is first used: what a library imports, and hardly ever uses.

    Until then, an empty module stands in for it, whose `__getattr__` (PEP 562) loads it. A module that has been
    imported before stays as it is.
    """
    if name in sys.modules:
        return
    stand_in = ModuleType(name)

    def load(attribute: str) -> Any:  # noqa: ANN401 - a module may hold anything
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]
        return getattr(import_module(name), attribute)

    vars(stand_in)["__getattr__"] = load
    sys.modules[name] = stand_in
    package, _, child = name.rpartition(".")
    if package:
        setattr(import_module(package), child, stand_in)
