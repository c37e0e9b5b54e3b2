"""SAM and the CDK, in both languages, deploy the same."""

import difflib
import itertools
import json
import shutil
from pathlib import Path
from typing import Any

import cfnlint.api
import pytest
from parity import model_of, without_package
from synthesis import VERSION, template_of

from support import AXES, Bake


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
            python_version=VERSION,
        )
        template = template_of(project, node_modules)
        assert lint(template) == []
        models[package_as, deploy_with] = model_of(template)
        shutil.rmtree(project.path)
    for (package_as, deploy_with), model in models.items():
        compare(models[package_as, "sam"], model, deploy_with)
    compare(without_package(models["zip", "sam"]), without_package(models["container", "sam"]), "container")


def lint(template: dict[str, Any]) -> list[str]:
    """Return the findings of cfn-lint, without the checks that the metadata of `template` skips."""
    return [str(match) for match in cfnlint.api.lint(json.dumps(template))]


def compare(expected: dict[str, Any], model: dict[str, Any], name: str) -> None:
    difference = "\n".join(difflib.unified_diff(lines(expected), lines(model), "expected", name, lineterm=""))
    assert not difference, difference


def lines(model: dict[str, Any]) -> list[str]:
    return json.dumps(model, indent=1, sort_keys=True).splitlines()
