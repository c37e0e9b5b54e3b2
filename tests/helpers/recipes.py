"""The recipes of a generated project: pages that are patches as well."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helpers.support import Project, run, tool

FOLDER = "docs/recipes"
LISTED = re.compile(r"^\| \[([a-z-]+)\.md\]\(\1\.md\) \|", re.MULTILINE)
BLOCK = re.compile(r"^```diff\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# A project takes one of them: SAM opens a route by itself only in an API that is not open.
ALTERNATIVES = ("open-route", "open-api")
HEADER = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True)
class Hunk:
    """A change of one place in a file."""

    file: str
    header: str
    lines: tuple[str, ...]

    def side(self, sign: str) -> list[str]:
        """Return the lines before (`-`) or after (`+`) the change."""
        return [line[1:] for line in self.lines if line[:1] in (sign, " ", "")]

    @property
    def is_new_file(self) -> bool:
        return not self.side("-")

    @property
    def sizes(self) -> tuple[int, int]:
        """How many lines the header gives each side."""
        match = HEADER.match(self.header)
        assert match, f"{self.header} is no header of a hunk"
        return int(match[2] or 1), int(match[4] or 1)


def recipes(project: Project) -> list[str]:
    """Return the names of the project's recipes, in the order of their index."""
    return LISTED.findall(page(project, "README"))


def compatible_recipes(project: Project) -> Iterator[list[str]]:
    """Yield lists of all recipes that go together, with each alternative in one of them."""
    names = recipes(project)
    for chosen in [each for each in ALTERNATIVES if each in names] or [""]:
        yield [name for name in names if name == chosen or name not in ALTERNATIVES]


def page(project: Project, name: str) -> str:
    return (project.path / FOLDER / f"{name}.md").read_text(encoding="utf-8")


def hunks(text: str) -> Iterator[Hunk]:
    """Yield the hunks in the blocks of a page."""
    for block in BLOCK.findall(text):
        file = ""
        for part in re.split(r"^(?=--- |@@ )", block, flags=re.MULTILINE)[1:]:
            first, *lines = part.splitlines()
            if first.startswith("--- "):
                file = lines[0].removeprefix("+++ b/")
                assert first in {"--- /dev/null", f"--- a/{file}"}, f"{first} is changed to {file}"
            else:
                assert file, f"{first} is in no file"
                yield Hunk(file, first, tuple(lines))


def apply(project: Project, name: str, *options: str) -> None:
    """Apply a page as its index says."""
    run("git", "apply", "--whitespace=error", *options, f"{FOLDER}/{name}.md", cwd=project.path)


def replace_all(project: Project, name: str, pattern: str, replacement: str) -> None:
    """Replace what matches `pattern` in a file, wherever it does."""
    path = project.path / name
    path.write_text(
        re.sub(pattern, replacement, path.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8"
    )


def apply_all(project: Project, names: Sequence[str]) -> None:
    """Apply pages, and do what they leave to the reader, because it depends on code that the reader replaces."""
    for name in names:
        apply(project, name)
    for name in names:
        LEFT_TO_READER.get(name, do_nothing)(project)


def do_nothing(_project: Project) -> None:
    """Most pages leave nothing to the reader."""


def make_room_for_botocore(project: Project) -> None:
    replace_all(project, "pyproject.toml", r"^max_artifact_megabytes = 20", "max_artifact_megabytes = 48")


def decorate_a_function(project: Project) -> None:
    make_room_for_botocore(project)
    file = f"src/{project.package}/orders.py"
    replace_all(project, file, r"import logger, metrics$", r"\g<0>, tracer")
    decorator = "@tracer.capture_method(capture_response=False)"
    replace_all(project, file, r"^def process_order", rf"{decorator}\n\g<0>")


def let_users_call_a_route(project: Project) -> None:
    match project.answers["deploy_with"]:
        case "sam":
            replace_all(project, "template.yaml", r"(Path: /orders) }", r"\1, Auth: { Authorizer: Jwt } }")
        case "cdk-python":
            move_route(project, "infra/event_source.py", '(apigatewayv2.HttpMethod.POST, "/orders"),', "()")
            run(tool("ruff"), "format", "--no-cache", "infra", cwd=project.path)
        case _:
            move_route(project, "infra/event-source.ts", "[apigatewayv2.HttpMethod.POST, '/orders'],", "[]")
            one_line = r"const ROUTES = [\1] as const;"  # as Prettier writes it
            replace_all(project, "infra/event-source.ts", r"const ROUTES = \[\n  (.*),\n\] as const;", one_line)


def move_route(project: Project, file: str, route: str, empty: str) -> None:
    """Move a line of `ROUTES` to the empty sequence of routes for users."""
    replace_all(project, file, rf"^ +{re.escape(route)}\n", "")
    full = f"{empty[0]}{route if empty == '()' else route.removesuffix(',')}{empty[1]}"
    replace_all(project, file, rf"(JWT_ROUTES.* = ){re.escape(empty)}", rf"\g<1>{full}")


def copy_stage(project: Project) -> None:
    """Give the stage `test` what `dev` has; the CDK has defaults."""
    if project.answers["deploy_with"] == "sam":
        replace_all(project, "template.yaml", r"^    dev:( \{ VpcId: .*\n|\n(?:      .*\n)+)", r"\g<0>    test:\1")
        settings = project.path / "samconfig.toml"
        text = settings.read_text(encoding="utf-8")
        sections = text[text.index("[dev.global") : text.index("[prod.global")]
        copy = re.sub(r"\bdev\b", "test", sections.rstrip())
        settings.write_text(f"{text}\n{copy}\n", encoding="utf-8")


LEFT_TO_READER = {
    "jwt-authorizer": let_users_call_a_route,
    "secret": make_room_for_botocore,
    "third-stage": copy_stage,
    "tracing": decorate_a_function,
}
