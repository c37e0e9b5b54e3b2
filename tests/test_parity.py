"""Whichever tool deploys it, the same is deployed."""

import difflib
import itertools
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from parity import expand, model_of, without_package

from support import AXES, Bake, Project, run, tool, with_node

PYTHON = "{}.{}".format(*sys.version_info)

SYNTHESISE = """
import sys
from pathlib import Path
sys.path[:0] = ["infra"]
from app import make_app
make_app(Path(sys.argv[1]), Path("cdk.out")).synth()
"""
SYNTHESISE_TYPESCRIPT = """
import { makeApp } from './infra/app.ts';
makeApp(process.argv[1], 'cdk.out').synth();
"""
# What the code is taken from: any file or folder, or the folder of the Dockerfile.
CODE = {"zip": "events", "container": "."}


def synthesise(project: Project, node_modules: Path) -> dict[str, Any]:
    code = CODE[project.answers["package_as"]]
    if project.answers["deploy_with"] == "cdk-python":
        run(sys.executable, "-c", SYNTHESISE, code, cwd=project.path, PATH=with_node())
    else:
        (project.path / "node_modules").symlink_to(node_modules)
        run(tool("node"), "--input-type=module", "-e", SYNTHESISE_TYPESCRIPT, code, cwd=project.path)
    path = project.path / "cdk.out" / f"{project.path.name}-dev.template.json"
    template: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return template


def cases() -> list[object]:
    """Return each event source with and without idempotency: the first in the quick tests."""
    every = [(source, idempotency) for source in AXES["event_source"] for idempotency in AXES["idempotency"]]
    return [pytest.param(*case, marks=[pytest.mark.matrix] if number else []) for number, case in enumerate(every)]


@pytest.mark.parametrize(("event_source", "idempotency"), cases())
def test_three_tools_deploy_the_same(bake: Bake, node_modules: Path, event_source: str, idempotency: str) -> None:
    models: dict[tuple[str, str], dict[str, Any]] = {}
    for package_as, deploy_with in itertools.product(AXES["package_as"], AXES["deploy_with"]):
        project = bake(
            deploy_with=deploy_with,
            package_as=package_as,
            event_source=event_source,
            idempotency=idempotency,
            python_version=PYTHON if PYTHON in AXES["python_version"] else AXES["python_version"][-1],
        )
        template = expand(project) if deploy_with == "sam" else synthesise(project, node_modules)
        models[package_as, deploy_with] = model_of(template)
        shutil.rmtree(project.path)
    for (package_as, deploy_with), model in models.items():
        compare(models[package_as, "sam"], model, deploy_with)
    compare(without_package(models["zip", "sam"]), without_package(models["container", "sam"]), "container")


def compare(expected: dict[str, Any], model: dict[str, Any], name: str) -> None:
    difference = "\n".join(difflib.unified_diff(lines(expected), lines(model), "expected", name, lineterm=""))
    assert not difference, difference


def lines(model: dict[str, Any]) -> list[str]:
    return json.dumps(model, indent=1, sort_keys=True).splitlines()
