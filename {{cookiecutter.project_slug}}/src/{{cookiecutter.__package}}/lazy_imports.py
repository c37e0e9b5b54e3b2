"""Modules that load when they are first used, not when they are imported."""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class LazyModule(ModuleType):
    """Stands in for the module of the same name, until that is used."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a module may hold anything
        """Load the module, and return what it holds under `name`."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def import_lazily(name: str) -> None:
    """Let the module `name` load when it is first used: what a library imports, and hardly ever uses.

    A module that has been imported before stays as it is.
    """
    if name not in sys.modules:
        package, _, child = name.rpartition(".")
        sys.modules[name] = module = LazyModule(name)
        if package:
            setattr(import_module(package), child, module)
