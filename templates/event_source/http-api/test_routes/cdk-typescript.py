{% extends 'event_source/' ~ cookiecutter.event_source ~ '/test_routes/base.py' %}
{% block imports %}
import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.project import PACKAGE, PROJECT

STACK = "infra/event-source.ts"
TO_ADD = "a line of ROUTES"
SYNTHESIZE = """
import { synthesize } from './tests/infra/synthesis.ts';
console.log(JSON.stringify(synthesize().map(({ template }) => template.toJSON())));
"""
Template = dict[str, Any]
{% endblock %}
{% block routes %}
{% include 'event_source/' ~ cookiecutter.event_source ~ '/test_routes/cdk.py' %}


def named(template: Template, kind: str) -> dict[str, Template]:
    """Return the properties of the resources of `kind`, by logical id."""
    return {key: each.get("Properties", {}) for key, each in template["Resources"].items() if each["Type"] == kind}


@pytest.fixture(scope="module")
def routes() -> set[Route]:
    """The routes of the stacks of all stages."""
    node = str(Path(sys.executable).with_name("node"))
    command = [node, "--no-warnings", "--input-type=module", "--eval", SYNTHESIZE]
    done = subprocess.run(command, cwd=PROJECT, check=False, capture_output=True, text=True)
    assert not done.returncode, f"the stack cannot be synthesized (`uv run npm install` first): {done.stderr}"
    return {route for template in json.loads(done.stdout) for route in routes_in(template)}
{% endblock %}
