"""Rendering many projects in one process: what is the same for each of them is done once.

`test_engines.py`, `test_upgrades.py` and the prompts in `test_answers.py` run the engine and its hook as they are.
"""

import functools
import os
import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from cookiecutter import generate, hooks
from cookiecutter.exceptions import FailedHookException
from cookiecutter.utils import work_in
from jinja2 import Environment, FileSystemLoader

import lambda_python_answers
from lambda_python_answers import OPENERS, RENDERS_ANSWERS, answers_from_here

from helpers.support import COOKIECUTTER_JSON

compile_source = Environment.compile
is_binary = functools.cache(generate.is_binary)
create_environment: Callable[[dict[str, Any]], Environment] = generate.create_env_with_context
compiled: dict[tuple[str, ...], CodeType] = {}
environments: dict[str, Environment] = {}
loaders: dict[tuple[str, ...], FileSystemLoader] = {}


def is_checked(environment: Environment, source: str) -> bool:
    """Return whether compiling `source` has an effect: it is an answer, or what begins to check them."""
    is_answer = RENDERS_ANSWERS in environment.globals and source not in COOKIECUTTER_JSON.values()
    return answers_from_here.__name__ in source or (is_answer and any(opener in source for opener in OPENERS))


def compile_once(self: Environment, source: str, name: str | None = None, *rest: Any) -> CodeType:  # noqa: ANN401 - passed on
    """Compile each template once for all projects, instead of once for each."""
    key = (source, str(name), *map(str, rest))
    if is_checked(self, source) or key not in compiled:
        compiled[key] = compile_source(self, source, name, *rest)
    return compiled[key]


def make_environment(context: dict[str, Any]) -> Environment:
    """Use one environment for all projects, which keeps what it has loaded; another release's has other filters."""
    if sys.modules.get(lambda_python_answers.__name__) is not lambda_python_answers:
        return create_environment(context)
    options = str(context["cookiecutter"].get("_jinja2_env_vars"))
    if options not in environments:
        environments[options] = create_environment(context)
        environments[options].cache = {}  # without a limit
    return environments[options]


def make_loader(paths: list[str]) -> FileSystemLoader:
    """Use one loader for each template; its paths are relative."""
    return loaders.setdefault((os.getcwd(), *paths), FileSystemLoader(paths))  # noqa: PTH109 - as in `is_binary_file`


def is_binary_file(path: str) -> bool:
    """Read each file of the template once to see whether it is text; the engine's paths are relative."""
    return bool(is_binary(os.path.abspath(path)))  # noqa: PTH100 - pathlib is slow here


def run_here(script: str, folder: Path | str = ".") -> None:
    """Run the hook without a process of its own: Python takes as long to start as a project to render."""
    with work_in(folder):
        try:
            runpy.run_path(script, run_name="__main__")
        except SystemExit as ended:
            if ended.code:
                raise FailedHookException(str(ended)) from ended


@contextmanager
def many_projects() -> Iterator[None]:
    """Let the engine render faster in this process until the block ends."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Environment, "compile", compile_once)
        patch.setattr(generate, "create_env_with_context", make_environment)
        patch.setattr(generate, "FileSystemLoader", make_loader)
        patch.setattr(generate, "is_binary", is_binary_file)
        patch.setattr(hooks, "run_script", run_here)
        yield
