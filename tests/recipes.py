"""The recipes of a generated project: pages that are patches as well."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from support import Project, run

FOLDER = "docs/recipes"
LISTED = re.compile(r"^\| \[([a-z-]+)\.md\]\(\1\.md\) \|", re.MULTILINE)
BLOCK = re.compile(r"^```diff\n(.*?)^```$", re.MULTILINE | re.DOTALL)
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


def complete_third_stage(project: Project) -> None:
    """Give the stage `test` what other recipes have added for `dev`, as its page says; the CDK has defaults."""
    if project.answers["deploy_with"] != "sam":
        return
    replace_all(project, "template.yaml", r"^    dev:( \{ VpcId: .*\n|\n(?:      .*\n)+)", r"\g<0>    test:\1")
    replace_all(
        project,
        "samconfig.toml",
        r'^Stage = "test"\n',
        r'\g<0>AlarmTopic = "arn:aws:sns:eu-west-1:123456789012:alarms"\n',
    )


def replace_all(project: Project, name: str, pattern: str, replacement: str) -> None:
    """Replace what matches `pattern` in a file, wherever it does."""
    path = project.path / name
    path.write_text(
        re.sub(pattern, replacement, path.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8"
    )
