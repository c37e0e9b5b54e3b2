"""Limits what libraries log, and makes cold starts faster; the package imports this module before all others.

Each gain is in CPU instructions up to the end of the first invocation; a million take about 0.18 ms.
"""

import gc
import logging
import os
{% if not cookiecutter.__has_boto3 %}
import sys
from functools import partial
{% endif %}
from importlib import import_module
{% if not cookiecutter.__has_boto3 %}
from importlib.util import find_spec
from threading import Lock
from types import ModuleType
from typing import Any

lock = Lock()


def defer(name: str, *functions: str) -> None:
    """Load the module `name` on first use instead of at import, unless it is loaded already.

    Importing one of its `functions` by name is no use yet; calling it is.

    Until then, `sys.modules` holds a placeholder whose `__getattr__` (PEP 562) loads the module. It has no `__spec__`,
    and patching it has no effect. `importlib.util.LazyLoader` would not do: the next `import` loads the module.
    """
    if name in sys.modules:
        return
    placeholder = ModuleType(name)

    def load(attribute: str) -> Any:
        if attribute == "__path__":  # `from … import …` asks whether this is a package
            raise AttributeError(attribute)
        with lock:
            if sys.modules.get(name) is placeholder:
                del sys.modules[name]
        return getattr(import_module(name), attribute)

    def call(function: str, *args: Any, **kwargs: Any) -> Any:
        return load(function)(*args, **kwargs)

    vars(placeholder).update({function: partial(call, function) for function in functions}, __getattr__=load)
    if (path := getattr(find_spec(name), "submodule_search_locations", None)) is not None:
        placeholder.__path__ = path
    sys.modules[name] = placeholder
    package, _, child = name.rpartition(".")
    if package:
        setattr(import_module(package), child, placeholder)
{% endif %}


def import_without_gc(*names: str) -> None:
    """Import modules without garbage collection, and exempt what they create from it: modules stay loaded anyway."""
    gc.disable()
    for name in names:
        import_module(name)
    gc.freeze()
    gc.enable()


# Lambda sets the root logger to the function's log level. At DEBUG, botocore logs session tokens, and what it sends.
root = logging.getLogger()
root.setLevel(max(root.level, logging.INFO))
logging.captureWarnings(capture=True)

{% if cookiecutter.__has_boto3 %}
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # 3 million: pydantic searches all packages for plugins
{% else %}
# Together 67 million: pydantic searches all packages for plugins, and imports what it needs for that in any case.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
{% endif %}
{% if not cookiecutter.__has_boto3 %}
defer("importlib.metadata", "entry_points", "version")
{% if cookiecutter.python_version == '3.10' %}
defer("subprocess")  # 11 million: uuid imports it, through platform
{% endif %}
{% endif %}
{% set powertools = 'aws_lambda_powertools.utilities.idempotency' if cookiecutter.__idempotent else 'aws_lambda_powertools' %}
{% if cookiecutter.__reads_objects %}
import_without_gc("{{ powertools }}", "boto3", "pydantic.main")  # 50 million
{% elif cookiecutter.__stored and not cookiecutter.__idempotent %}
import_without_gc("{{ powertools }}", "botocore.session", "pydantic.main")
{% else %}
import_without_gc("{{ powertools }}", "pydantic.main")  # {{ 52 if cookiecutter.__idempotent else 16 }} million
{% endif %}
