{% extends 'event_source/' ~ cookiecutter.event_source ~ '/test_routes/base.py' %}
{% block imports %}
import ast
import json
import re
from collections.abc import Iterator

import pytest

from infra.project import PACKAGE, PROJECT
from tests.infra.synthesis import Synthesis, Template, named

STACK = "infra/event_source.py"
TO_ADD = "a line of ROUTES"
{% endblock %}
{% block routes %}
{% include 'event_source/' ~ cookiecutter.event_source ~ '/test_routes/cdk.py' %}


@pytest.fixture(scope="module")
def routes(syntheses: list[Synthesis]) -> set[Route]:
    """The routes of the stacks of all stages."""
    return {route for each in syntheses for route in routes_in(each.template)}
{% endblock %}
