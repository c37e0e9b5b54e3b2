"""An owner of an HTTP API adds a route as one `case`, and path parameters, 404 and 405 follow from it."""

import json

import pytest

from support import Bake, Project

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
