"""The stack and `find_operation` in handler.py have the same routes."""

{% block imports required %}{% endblock %}
HANDLER = PROJECT / "src" / PACKAGE / "handler.py"
# A method and the segments of a path: a parameter, and one for all segments that are left.
Route = tuple[str, ...]
ANY, REST = "{}", "{+}"


def parse(method: str, path: str) -> Route:
    """Return a route of API Gateway; parameters may have any name."""
    unnamed = re.sub(r"{[^}+]*", "{", path.removeprefix("/"))
    return (ANY if method == "ANY" else method, *(unnamed.split("/") if unnamed else []))


{% block routes required %}{% endblock %}


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
