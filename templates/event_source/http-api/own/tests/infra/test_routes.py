"""The stack and `find_operation` in handler.py have the same routes."""

import ast
{% if cookiecutter.__cdk %}
import json
{% endif %}
import re
{% if cookiecutter.__cdk_typescript %}
import subprocess
import sys
{% endif %}
from collections.abc import Iterator
{% if cookiecutter.__cdk_typescript %}
from pathlib import Path
from typing import Any
{% endif %}

import pytest

from infra.project import PACKAGE, PROJECT
{% if cookiecutter.__sam %}
from scripts.stack import Stack, references
{% elif not cookiecutter.__cdk_typescript %}
from tests.infra.synthesis import Synthesis, Template, named
{% endif %}

{% if cookiecutter.__sam %}
STACK = "template.yaml"
TO_ADD = "an event of Function"
{% elif cookiecutter.__cdk_typescript %}
STACK = "infra/event-source.ts"
TO_ADD = "a line of ROUTES"
SYNTHESIZE = """
import { synthesize } from './tests/infra/synthesis.ts';
console.log(JSON.stringify(synthesize().map(({ template }) => template.toJSON())));
"""
Template = dict[str, Any]
{% else %}
STACK = "infra/event_source.py"
TO_ADD = "a line of ROUTES"
{% endif %}
HANDLER = PROJECT / "src" / PACKAGE / "handler.py"
# A method and the segments of a path: a parameter, and one for all segments that are left.
Route = tuple[str, ...]
ANY, REST = "{}", "{+}"


def parse(method: str, path: str) -> Route:
    """Return a route of API Gateway; parameters may have any name."""
    unnamed = re.sub(r"{[^}+]*", "{", path.removeprefix("/"))
    return (ANY if method == "ANY" else method, *(unnamed.split("/") if unnamed else []))


{% if cookiecutter.__sam %}
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
{% else %}
def routes_in(template: Template) -> Iterator[Route]:
    """Yield the routes in `template` that invoke an alias of the function."""
    function = template["Outputs"]["FunctionName"]["Value"]
    aliases = {key for key, each in named(template, "AWS::Lambda::Alias").items() if each["FunctionName"] == function}
    integrations = naming(named(template, "AWS::ApiGatewayV2::Integration"), aliases)
    all_routes = named(template, "AWS::ApiGatewayV2::Route")
    for key in naming(all_routes, integrations):
        method, _, path = all_routes[key]["RouteKey"].partition(" ")
        yield parse(method, path) if path else (ANY, REST)


def naming(resources: dict[str, Template], targets: set[str]) -> set[str]:
    """Return the keys of those of `resources` that refer to one of `targets`."""
    texts = {key: json.dumps(each) for key, each in resources.items()}
    return {key for key, text in texts.items() if any(f'"Ref": "{target}"' in text for target in targets)}


{% if cookiecutter.__cdk_typescript %}
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
{% else %}
@pytest.fixture(scope="module")
def routes(syntheses: list[Synthesis]) -> set[Route]:
    """The routes of the stacks of all stages."""
    return {route for each in syntheses for route in routes_in(each.template)}
{% endif %}
{% endif %}


@pytest.fixture(scope="module")
def cases() -> set[Route]:
    """The cases of `find_operation`, apart from those that find none."""
    tree = ast.parse(HANDLER.read_text(encoding="utf-8"))
    functions = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == "find_operation"]
    found = [each for function in functions for each in ast.walk(function) if isinstance(each, ast.match_case)]
    return {route_of(each.pattern) for each in found if ast.unparse(each.body[0]) != "return None"}


def route_of(pattern: ast.pattern) -> Route:
    """Return the route that `pattern` matches; what cannot be read matches anything."""
    match pattern:
        case ast.MatchSequence(patterns=[method, ast.MatchSequence(patterns=path)]):
            return tuple(map(segment_of, [method, *path]))
        case _:
            return ANY, REST


def segment_of(pattern: ast.pattern) -> str:
    """Return the method or segment that `pattern` matches."""
    match pattern:
        case ast.MatchValue(value=ast.Constant(value=str(text))):
            return text
        case ast.MatchStar():
            return REST
        case _:
            return ANY


def overlap(one: Route, other: Route) -> bool:
    """Return whether a request exists that both routes take."""
    same = all(first == second or {first, second} & {ANY, REST} for first, second in zip(one, other, strict=False))
    return same and (len(one) == len(other) or REST in one + other)


def covers(one: Route, other: Route) -> bool:
    """Return whether `one` takes all requests of `other`."""
    return len(one) == len(other) and all(first in {second, ANY} for first, second in zip(one, other, strict=True))


def is_met(route: Route, others: set[Route], unequaled: set[Route]) -> bool:
    """Return whether one of `others` belongs to `route`; `unequaled` are those without an equal on its side."""
    if route[0] == ANY or REST in route:  # it may take what others leave, as `$default` or `case _, ["orders", *_]`
        return any(overlap(route, other) for other in others)
    return any(covers(other, route) for other in others) or any(overlap(route, other) for other in unequaled)


def name_of(route: Route) -> str:
    """Return `route` as text."""
    method, *path = route
    return f"{method} /{'/'.join(path)}"


def test_stack_and_handler_have_the_same_routes(routes: set[Route], cases: set[Route]) -> None:
    of_stack, of_handler = routes - cases, cases - routes
    for route in of_stack:
        advice = f"add a case to find_operation in {HANDLER.name}, or remove the route from {STACK}"
        assert is_met(route, cases, of_handler), f"only the stack has {name_of(route)}: {advice}"
    for case in of_handler:
        advice = f"add {TO_ADD} to {STACK}, or remove the case"
        assert is_met(case, routes, of_stack), f"only {HANDLER.name} has {name_of(case)}: {advice}"
