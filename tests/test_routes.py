"""An owner of an HTTP API adds a route as one `case`: parameters, 404 and 405 follow, and the stack must have it."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from helpers.copies import run_pytest
from helpers.support import AXES, Bake, Project

LAST_CASE = "        case _:\n            return None\n"
NEW_CASE = """\
        case "GET", ["orders", order_id]:
            return lambda: json_response(HTTPStatus.OK, check_health().model_copy(update={"service": order_id}))
"""


def add_route(project: Project) -> None:
    handler = project.path / "src" / project.package / "handler.py"
    text = handler.read_text(encoding="utf-8")
    assert text.count(LAST_CASE) == 1
    handler.write_text(text.replace(LAST_CASE, NEW_CASE + LAST_CASE), encoding="utf-8")


def send(project: Project, method: str, path: str) -> dict[str, object]:
    """Return the response of the project's handler."""
    event = {"version": "2.0", "rawPath": path, "requestContext": {"stage": "dev", "http": {"method": method}}}
    (project.path / "event.json").write_text(json.dumps(event), encoding="utf-8")
    output = project.uv("run", "--quiet", "poe", "--quiet", "invoke", "event.json").output
    response: dict[str, object] = json.loads(output[output.index('{\n  "statusCode"') :])
    return response


@pytest.mark.matrix
@pytest.mark.parametrize("idempotency", ["false", "true"])
def test_new_route_is_one_case(bake: Bake, idempotency: str) -> None:
    project = bake(event_source="http-api", idempotency=idempotency)
    add_route(project)
    project.poe("lint")
    project.poe("typecheck")
    found = send(project, "GET", "/dev/orders/A 1/")
    assert (found["statusCode"], found["body"]) == (200, {"status": "ok", "service": "A 1"})
    for method, path, status, allowed in (
        ("DELETE", "/dev/orders/A-1", 405, "GET"),
        ("GET", "/dev/orders", 405, "POST"),
        ("GET", "/dev/orders/A-1/lines", 404, None),
    ):
        response = send(project, method, path)
        headers = response["headers"]
        assert isinstance(headers, dict)
        assert (response["statusCode"], headers.get("Allow")) == (status, allowed)


EVENT = """\
        Route%(number)s:
          Type: HttpApi
          Properties: { ApiId: !Ref Api, Method: GET, Path: "%(path)s" }
"""
# The file with the routes of the stack, a line in it, and what adds one above that line.
STACKS = {
    "sam": ("template.yaml", "        GetHealth:\n", EVENT),
    "cdk-python": (
        "infra/event_source.py",
        '    (apigatewayv2.HttpMethod.GET, "/health"),\n',
        '    (apigatewayv2.HttpMethod.GET, "%(path)s"),\n',
    ),
    "cdk-typescript": (
        "infra/event-source.ts",
        "  [apigatewayv2.HttpMethod.GET, '/health'],\n",
        "  [apigatewayv2.HttpMethod.GET, '%(path)s'],\n",
    ),
}


def ready(bake: Bake, deploy_with: str, node_modules: Path | None) -> Project:
    project = bake(event_source="http-api", deploy_with=deploy_with)
    if node_modules:
        (project.path / "node_modules").symlink_to(node_modules)
    return project


Change = tuple[str, Sequence[str]]


def compare(project: Project, changes: Sequence[Change], folder: Path) -> list[str]:
    """Return what the test of its routes prints in copies of a project, each with cases and routes of the stack."""
    name, marker, line = STACKS[project.answers["deploy_with"]]
    copies = []
    for number, (cases, paths) in enumerate(changes):
        copies.append(folder / f"{project.answers['deploy_with']}-{number}")
        shutil.copytree(project.path, copies[-1], symlinks=True, ignore=shutil.ignore_patterns(".venv"))
        lines = "".join(line % {"number": number, "path": path} for number, path in enumerate(paths))
        insert(copies[-1] / "src" / project.package / "handler.py", LAST_CASE, cases)
        insert(copies[-1] / name, marker, lines)
    return run_pytest(project, copies, ["tests/infra/test_routes.py"])


def insert(path: Path, marker: str, lines: str) -> None:
    """Insert lines above the one place that begins with `marker`."""
    text = path.read_text(encoding="utf-8")
    assert text.count(marker) == 1
    path.write_text(text.replace(marker, lines + marker), encoding="utf-8")


@pytest.mark.matrix
@pytest.mark.parametrize("deploy_with", AXES["deploy_with"])
def test_route_on_one_side_only_is_named(
    bake: Bake, deploy_with: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    packages = request.getfixturevalue("node_modules") if deploy_with == "cdk-typescript" else None
    project = ready(bake, deploy_with, packages)
    changes = [(NEW_CASE, ["/orders/{id}"]), (NEW_CASE, []), ("", ["/orders/{id}"])]
    on_both_sides, in_handler, in_stack = compare(project, changes, tmp_path)
    assert "1 passed" in on_both_sides
    file = STACKS[deploy_with][0]
    assert "1 failed" in in_handler
    assert "only handler.py has GET /orders/{}" in in_handler
    assert f"to {file}, or remove the case" in in_handler
    assert "1 failed" in in_stack
    assert "only the stack has GET /orders/{}" in in_stack
    assert f"or remove the route from {file}" in in_stack


AGREE = {
    "guard": ('"GET", ["orders", number] if number.isdigit()', ["/orders/{id}"]),
    "constants under a parameter": ('"GET", ["reports", "daily" | "weekly"]', ["/reports/{kind}"]),
    "parameter over constants": ('"GET", [page]', ["/about", "/contact"]),
    "parameter beside the sample": ('"GET", [slug]', ["/{slug}"]),
    "alternative routes": ('("GET", ["about"]) | ("GET", ["pages", _] as path)', ["/about", "/pages/{name}"]),
    "any method": ('verb, ["orders", *rest]', ["/orders", "/orders/{id}/lines/{number}"]),
    "greedy parameter": ('"GET", ["files", *rest]', ["/files/{path+}"]),
    "root": ('"GET", []', ["/"]),
    "alternative paths": ('"GET", ["about"] | ["imprint"]', ["/about", "/imprint"]),
    "constant beside a parameter": (
        '"GET", ["orders", "latest"]:\n            return dict\n        case "GET", ["orders", _]',
        ["/orders/{id}"],
    ),
    "route beside a parameter": ('"GET", [page]', ["/about", "/{page}"]),
    "fallback for a path": ('_, ["orders", *_]', []),
    "whatever is left": ("_", ["/nobody/{id}"]),
}
DIFFER = {
    "case beside the sample": ('"GET", [slug]', [], "only handler.py has GET /{}"),
    "route beside the sample": ('"GET", ["about"]', ["/about", "/{slug}"], "only the stack has GET /{}"),
    "longer path": ('"GET", ["orders", _, "lines"]', ["/orders/{id}"], "only the stack has GET /orders/{}:"),
    "parameter for the root": ('"GET", [slug]', ["/"], "only the stack has GET /:"),
    "refused": (
        '"GET", ["orders"]:\n            return None\n        case "GET", ["about"]',
        ["/orders", "/about"],
        "only the stack has GET /orders",
    ),
}


@pytest.fixture(scope="module")
def outputs(bake_once: Bake, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the test of the routes prints after each change of a project with SAM."""
    every = {name: (pattern, paths) for name, (pattern, paths, *_) in [*AGREE.items(), *DIFFER.items()]}
    changes = [(f"        case {pattern}:\n            return dict\n", paths) for pattern, paths in every.values()]
    printed = compare(ready(bake_once, "sam", None), changes, tmp_path_factory.mktemp("routes"))
    return dict(zip(every, printed, strict=True))


@pytest.mark.matrix
@pytest.mark.xdist_group("routes")
@pytest.mark.parametrize("name", AGREE)
def test_routes_that_agree_are_no_finding(outputs: dict[str, str], name: str) -> None:
    assert "1 passed" in outputs[name]


@pytest.mark.matrix
@pytest.mark.xdist_group("routes")
@pytest.mark.parametrize("name", DIFFER)
def test_routes_that_differ_are_a_finding(outputs: dict[str, str], name: str) -> None:
    assert DIFFER[name][2] in outputs[name]
