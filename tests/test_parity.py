"""Whichever tool deploys it, the same is deployed."""

import difflib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from parity import model_of

from support import AXES, Bake, Project, run, tool, with_node

PYTHON = "{}.{}".format(*sys.version_info)

EXPAND = """
import json, sys
sys.path[:0] = ["scripts"]
from validate import expand_template
print(json.dumps(expand_template()))
"""
SYNTHESISE = """
import sys
from pathlib import Path
sys.path[:0] = ["infra"]
from app import make_app
make_app(Path("events"), Path("cdk.out")).synth()
"""
SYNTHESISE_TYPESCRIPT = """
import { makeApp } from './infra/app.ts';
makeApp('events', 'cdk.out').synth();
"""


def expand(project: Project) -> dict[str, Any]:
    printed = run(sys.executable, "-c", EXPAND, cwd=project.path).output
    template: dict[str, Any] = json.loads(printed)
    return template


def synthesised(project: Project) -> dict[str, Any]:
    path = project.path / "cdk.out" / f"{project.path.name}-dev.template.json"
    template: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return template


def cases() -> list[object]:
    """Return each event source with and without idempotency: the first in the quick tests."""
    every = [(source, idempotency) for source in AXES["event_source"] for idempotency in AXES["idempotency"]]
    return [pytest.param(*case, marks=[pytest.mark.matrix] if number else []) for number, case in enumerate(every)]


@pytest.mark.parametrize(("event_source", "idempotency"), cases())
def test_three_tools_deploy_the_same(bake: Bake, node_modules: Path, event_source: str, idempotency: str) -> None:
    models = {}
    for deploy_with in AXES["deploy_with"]:
        project = bake(
            deploy_with=deploy_with,
            event_source=event_source,
            idempotency=idempotency,
            python_version=PYTHON if PYTHON in AXES["python_version"] else AXES["python_version"][-1],
        )
        if deploy_with == "sam":
            models[deploy_with] = model_of(expand(project))
            continue
        if deploy_with == "cdk-python":
            run(sys.executable, "-c", SYNTHESISE, cwd=project.path, PATH=with_node())
        else:
            (project.path / "node_modules").symlink_to(node_modules)
            run(tool("node"), "--input-type=module", "-e", SYNTHESISE_TYPESCRIPT, cwd=project.path)
        models[deploy_with] = model_of(synthesised(project))
        shutil.rmtree(project.path / "cdk.out")
    for deploy_with in AXES["deploy_with"][1:]:
        difference = "\n".join(
            difflib.unified_diff(lines(models["sam"]), lines(models[deploy_with]), "sam", deploy_with, lineterm="")
        )
        assert not difference, difference


def lines(model: dict[str, Any]) -> list[str]:
    return json.dumps(model, indent=1, sort_keys=True).splitlines()
