{% set is_sam = cookiecutter.deploy_with == 'sam' %}
{% set is_typescript = cookiecutter.deploy_with == 'cdk-typescript' %}
"""The stack and `find_operation` in handler.py have the same routes."""

import ast
import itertools
import json
{% if is_typescript %}
import subprocess
import sys
{% endif %}
from collections.abc import Iterable, Iterator
{% if not is_sam %}
from pathlib import Path
{% endif %}

import pytest

from infra.project import PACKAGE, PROJECT
from tests.support import Template, named

{% if is_sam %}
STACK = "template.yaml"
TO_ADD = "an event of Function"
{% elif is_typescript %}
STACK = "infra/event-source.ts"
TO_ADD = "a line of ROUTES"
SYNTHESIZE = """
import { synthesize } from './tests/infra/synthesis.ts';
console.log(JSON.stringify(synthesize().map(({ template }) => template.toJSON())));
"""
{% else %}
STACK = "infra/event_source.py"
TO_ADD = "a line of ROUTES"
{% endif %}
HANDLER = PROJECT / "src" / PACKAGE / "handler.py"
# As API Gateway writes parameters; `+` stands for any number of segments.
ANY_METHOD, ANY_PATH = "{any}", "/{any+}"


{% if is_sam %}
def routes_in(template: Template, alias_id: str) -> Iterator[str]:
    """Yield the routes in `template` that invoke the alias of the function."""
    for api in named(template, "AWS::ApiGatewayV2::Api").values():
        for path, operations in api.get("Body", {}).get("paths", {}).items():
            for method, operation in operations.items():
                if "${" + alias_id + "}" in json.dumps(operation):
                    verb = ANY_METHOD if method == "x-amazon-apigateway-any-method" else method.upper()
                    yield f"{verb} {ANY_PATH if path == '/$default' else path}"


@pytest.fixture(scope="module")
def routes(template: Template, alias_id: str) -> set[str]:
    """The routes of the stack."""
    return set(routes_in(template, alias_id))
{% else %}
def routes_in(template: Template) -> Iterator[str]:
    """Yield the routes in `template` that invoke an alias of the function."""
    function = template["Outputs"]["FunctionName"]["Value"]
    aliases = {key for key, each in named(template, "AWS::Lambda::Alias").items() if each["FunctionName"] == function}
    integrations = naming(named(template, "AWS::ApiGatewayV2::Integration"), aliases)
    all_routes = named(template, "AWS::ApiGatewayV2::Route")
    for key in naming(all_routes, integrations):
        route: str = all_routes[key]["RouteKey"].replace("$default", f"{ANY_METHOD} {ANY_PATH}")
        yield route.replace("ANY ", f"{ANY_METHOD} ")


def naming(resources: dict[str, Template], targets: set[str]) -> set[str]:
    """Return the keys of those of `resources` that refer to one of `targets`."""
    texts = {key: json.dumps(each) for key, each in resources.items()}
    return {key for key, text in texts.items() if any(f'"Ref": "{target}"' in text for target in targets)}


{% if is_typescript %}
@pytest.fixture(scope="module")
def routes() -> set[str]:
    """The routes of the stacks of all stages."""
    command = [Path(sys.executable).with_name("node"), "--no-warnings", "--input-type=module", "--eval", SYNTHESIZE]
    done = subprocess.run(command, cwd=PROJECT, check=False, capture_output=True, text=True)
    assert not done.returncode, f"the stack cannot be synthesized (`uv run npm install` first): {done.stderr}"
    return {route for template in json.loads(done.stdout) for route in routes_in(template)}
{% else %}
@pytest.fixture(scope="module")
def routes(assembly: Path) -> set[str]:
    """The routes of the stacks of all stages."""
    templates = (json.loads(path.read_text(encoding="utf-8")) for path in assembly.glob("*.template.json"))
    return {route for template in templates for route in routes_in(template)}
{% endif %}
{% endif %}


@pytest.fixture(scope="module")
def cases() -> list[str]:
    """The cases of `find_operation`, as routes, apart from those that find none."""
    tree = ast.parse(HANDLER.read_text(encoding="utf-8"))
    functions = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == "find_operation"]
    found = [each for function in functions for each in ast.walk(function) if isinstance(each, ast.match_case)]
    if not found:
        pytest.skip("handler.py has no find_operation with cases")
    answered = [each.pattern for each in found if ast.unparse(each.body[0]) != "return None"]
    return [route for pattern in answered for route in routes_of(pattern)]


def routes_of(pattern: ast.pattern) -> list[str]:
    """Return the routes that match `pattern`; one that cannot be read matches all of them."""
    match pattern:
        case ast.MatchOr(patterns=patterns):
            return [route for each in patterns for route in routes_of(each)]
        case ast.MatchSequence(patterns=[method, ast.MatchSequence(patterns=segments)]):
            texts = itertools.product(*map(texts_of, [method, *segments]))
            return [f"{first} /{'/'.join(others)}" for first, *others in texts]
        case _:
            return [f"{ANY_METHOD} {ANY_PATH}"]


def texts_of(pattern: ast.pattern) -> list[str]:
    """Return the methods or segments that match `pattern`; those that cannot be listed are a parameter."""
    match pattern:
        case ast.MatchValue(value=ast.Constant(value=str(text))):
            return [text]
        case ast.MatchOr(patterns=patterns):
            return [text for each in patterns for text in texts_of(each)]
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return texts_of(inner)
        case ast.MatchStar():
            return ["{any+}"]
        case ast.MatchAs(name=str(name)):
            return ["{" + name + "}"]
        case _:
            return ["{any}"]


def takes(route: str, other: str) -> bool:
    """Return whether `route` takes all requests of the route `other`."""
    segments, others = route.split("/"), other.split("/")
    if segments[-1].endswith("+}"):
        segments = segments[:-1]
        others = others[: len(segments)]
    pairs = zip(segments, others, strict=False)
    return len(segments) == len(others) and all(one == its or one.startswith("{") for one, its in pairs)


def first_of(routes: Iterable[str], other: str) -> str | None:
    """Return the first of `routes` that takes the route `other`."""
    return next((route for route in routes if takes(route, other)), None)


def test_every_route_of_the_stack_has_a_case(routes: set[str], cases: list[str]) -> None:
    most_specific_first = sorted(routes, key=lambda route: route.count("{"))
    answered = {first_of(most_specific_first, case) for case in cases}
    for route in routes - answered:
        advice = f"has no case for it: add one to find_operation, or remove the route from {STACK}"
        assert first_of(cases, route), f"the stack has {route}, but {HANDLER.name} {advice}"


def test_every_case_has_a_route_in_the_stack(routes: set[str], cases: list[str]) -> None:
    reached = {first_of(cases, route) for route in routes}
    for case in cases:
        if case not in reached and not case.startswith("{"):
            advice = f"the stack has no such route: add {TO_ADD} to {STACK}, or remove the case"
            assert first_of(routes, case), f"find_operation in {HANDLER.name} has a case for {case}, but {advice}"
