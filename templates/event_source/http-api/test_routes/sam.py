{% extends 'event_source/' ~ cookiecutter.event_source ~ '/test_routes/base.py' %}
{% block imports %}
import ast
import re
from collections.abc import Iterator

import pytest

from infra.project import PACKAGE, PROJECT
from scripts.stack import Stack, references

STACK = "template.yaml"
TO_ADD = "an event of Function"
{% endblock %}
{% block routes %}
def routes_in(stack: Stack, alias_id: str) -> Iterator[Route]:
    """Yield the routes of `stack` that invoke the alias of the function."""
    for _, api in stack.of("AWS::ApiGatewayV2::Api"):
        for path, operations in api.get("Body", {}).get("paths", {}).items():
            for method, operation in operations.items():
                if alias_id in references(operation):
                    verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
                    yield (ANY, REST) if path == "/$default" else parse(verb, path)


@pytest.fixture(scope="module")
def routes(stacks: list[Stack], alias_id: str) -> set[Route]:
    """The routes of the stacks of all stages."""
    return {route for stack in stacks for route in routes_in(stack, alias_id)}
{% endblock %}
