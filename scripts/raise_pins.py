"""Raise what the template pins, here and in the files that it generates, to the newest versions in range.

    uv run poe raise-pins [--no-tests]

Exact and compatible pins move, within their major version. Bounds stay: the lower ones hold versions that still support
the oldest Python, and an upper one that excludes a release needs a decision, so it is listed. Nothing is written if a
lookup fails. Needs uv and npm; versions of actions are asked of gh, if that is there and signed in.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
UV = os.environ.get("UV", "uv")
OLDEST_PYTHON, NEWEST_PYTHON = "3.10", "3.14"
TOOLS = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])

# How a file states each kind of pin; `value` is what may move.
KINDS = {
    "python": re.compile(
        r"(?<![\w.@/<-])(?P<name>[A-Za-z][\w-]+)(?:\[[\w,-]+\])?(?P<value>(?:~=|==|>=|<)\d[\w.]*(?:,[<>!]=?\d[\w.]*)*)"
    ),
    "npm": re.compile(r'^    "(?P<name>[@\w/-]+)": "(?P<value>\d+\.\d+\.\d+)",?$', re.MULTILINE),
    "npx": re.compile(r"(?<![\w/-])(?P<name>@?[\w/-]+)@\^(?P<value>\d+\.\d+\.\d+)"),
    "image": re.compile(r"astral-sh/(?P<name>uv):(?P<value>\d+\.\d+\.\d+)"),
    "action": re.compile(r"uses: (?P<name>[\w.-]+/[\w.-]+)@(?P<value>[0-9a-f]{40} # v\d+\.\d+\.\d+)$", re.MULTILINE),
}
# Where a version is looked up: uv is published as an image and as a package at once.
REGISTRIES = {"python": "python", "image": "python", "npm": "npm", "npx": "npm", "action": "action"}
# They tell of past versions, or hold made-up ones.
NOT_READ = {
    "CHANGELOG.md",
    "scripts/raise_pins.py",
    "tests/test_check_runtime.py",
    "tests/test_pins.py",
}
MISPUBLISHED = {("aws-cdk", Version("3.0.0"))}
CDK_SCHEMA = "@aws-cdk/cloud-assembly-schema"


@dataclass(frozen=True)
class Pin:
    """A version, or bounds of one, as a file states it."""

    file: str
    kind: str
    name: str
    value: str
    start: int

    @property
    def key(self) -> tuple[str, str]:
        """Where its versions are looked up, and under which name."""
        return REGISTRIES[self.kind], self.name

    @property
    def moves(self) -> bool:
        """Whether it is exact or compatible, and so is raised."""
        return self.kind != "python" or self.value.startswith(("~=", "=="))

    @property
    def version(self) -> Version:
        """The version that an exact or compatible pin names."""
        return Version(self.value.rpartition(" ")[2].lstrip("~="))


@dataclass(frozen=True)
class Newest:
    """What lookups found: the newest version in range, and of all, by registry and name; commits of actions."""

    in_range: Mapping[tuple[str, str], Version]
    of_all: Mapping[tuple[str, str], Version]
    commits: Mapping[tuple[str, Version], str]


def run(*command: str, text: str = "") -> str:
    """Return what `command`, given `text`, prints.

    Raises:
        SystemExit: If it fails, or is not there; with one line that says why.
    """
    program = shutil.which(command[0], path=TOOLS)
    if program is None:
        sys.exit(f"raise-pins: {command[0]} is not there")
    with tempfile.TemporaryDirectory() as elsewhere:  # where no project's settings bound what is found
        done = subprocess.run(
            (program, *command[1:]),
            cwd=elsewhere,
            input=text,
            env=os.environ | {"PATH": TOOLS},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    if done.returncode:
        reason = textwrap.shorten(done.stderr or done.stdout, 300, placeholder=" ...")
        sys.exit(f"raise-pins: {' '.join((Path(command[0]).name, *command[1:3]))}: {reason}")
    return done.stdout


def read_files() -> dict[str, str]:
    """Return the text of each file of the repository that may pin something."""
    command = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout.split("\0")
    names = [name for name in listed if name and name not in NOT_READ and (ROOT / name).is_file()]
    return {name: (ROOT / name).read_bytes().decode() for name in names}


def find_pins(files: Mapping[str, str]) -> list[Pin]:
    """Return every pin in `files`."""
    return [
        Pin(file, kind, canonicalize_name(found["name"]) if kind == "python" else found["name"], found["value"], place)
        for file, text in files.items()
        for kind, pattern in KINDS.items()
        for found in pattern.finditer(text)
        if (place := found.start("value")) and (kind != "npm" or "package.json" in file)
    ]


def next_major(version: Version) -> Version:
    """Return the first version that may break what works with `version`: the next minor one before 1.0."""
    return Version(str(version.major + 1) if version.major else f"0.{version.minor + 1}")


def newest_within(version: Version, versions: Iterable[Version]) -> Version:
    """Return the newest of `versions` that stays in range of `version`, or that itself."""
    return max([version, *(each for each in versions if version < each < next_major(version))])


def python_versions(requirements: Iterable[str], python: str) -> dict[tuple[str, str], Version]:
    """Return the newest version of what each requirement names, for a version of Python."""
    printed = run(
        *(UV, "pip", "compile", "--quiet", "--no-deps", "--no-header", "--no-annotate"),
        *("--python-version", python, "-"),
        text="\n".join(sorted(requirements)),
    )
    found = (line.partition(";")[0].strip().partition("==") for line in printed.splitlines())
    return {("python", canonicalize_name(name)): Version(version) for name, _, version in found}


def npm_view(*arguments: str) -> Any:  # noqa: ANN401 - npm prints lists, objects and strings
    """Return what npm knows.

    Raises:
        SystemExit: If it does not answer in JSON.
    """
    printed = run("npm", "view", *arguments, "--json", "--loglevel=error")
    try:
        return json.loads(printed or "{}")
    except json.JSONDecodeError:
        sys.exit(f"raise-pins: npm view {arguments[0]}: {textwrap.shorten(printed, 100)}")


def npm_versions(name: str) -> list[Version]:
    """Return the published versions of a package of npm, without those before a release."""
    found = npm_view(name, "versions")
    listed = [found] if isinstance(found, str) else found
    versions = [Version(each) for each in listed if re.fullmatch(r"\d+\.\d+\.\d+", each)]
    return [each for each in versions if (name, each) not in MISPUBLISHED]


def cdk_schema(name: str, version: Version, field: str) -> Version:
    """Return the version of what the library of the CDK writes, and its command line reads."""
    return Version(npm_view(f"{name}@{version}", field).get(CDK_SCHEMA, "0").lstrip("^>=~"))


def newest_library(current: Version, cli: Version, versions: Iterable[Version]) -> Version:
    """Return the newest aws-cdk-lib whose output the command line in version `cli` reads."""
    reads = cdk_schema("aws-cdk", cli, "devDependencies")
    newer = sorted((each for each in versions if current < each < next_major(current)), reverse=True)
    return next((each for each in newer if cdk_schema("aws-cdk-lib", each, "dependencies") <= reads), current)


def action_commits(name: str) -> dict[Version, str]:
    """Return the commit of each released version of an action."""
    printed = run("gh", "api", "--paginate", f"repos/{name}/tags", "--jq", '.[] | .name + " " + .commit.sha')
    tags = re.findall(r"^v(\d+\.\d+\.\d+) ([0-9a-f]{40})$", printed, re.MULTILINE)
    return {Version(version): commit for version, commit in tags}


def has_gh() -> bool:
    """Return whether gh is there and signed in."""
    gh = shutil.which("gh", path=TOOLS)
    return bool(gh) and not subprocess.run((str(gh), "auth", "status"), capture_output=True, check=False).returncode


def look_up(pins: Iterable[Pin], *, actions: bool) -> Newest:
    """Ask uv, npm and, if `actions` is set, gh for versions of everything that is pinned."""
    pins = list(pins)
    current: dict[tuple[str, str], Version] = {}
    for pin in pins:
        if pin.moves:
            current[pin.key] = max(pin.version, current.get(pin.key, pin.version))
    in_range = python_versions(
        (f"{key[1]}>={at},<{next_major(at)}" for key, at in current.items() if key[0] == "python"), OLDEST_PYTHON
    )
    of_all = python_versions({pin.name for pin in pins if pin.key[0] == "python"}, NEWEST_PYTHON)
    commits: dict[tuple[str, Version], str] = {}
    for key, at in current.items():
        registry, name = key
        if registry == "npm":
            versions = npm_versions(name)
        elif registry == "action" and actions:
            found = action_commits(name)
            commits |= {(name, version): commit for version, commit in found.items()}
            versions = list(found)
        else:
            continue
        in_range[key], of_all[key] = newest_within(at, versions), max([at, *versions])
    library, cli = ("npm", "aws-cdk-lib"), ("npm", "aws-cdk")
    if current.keys() >= {library, cli} and in_range[library] != current[library]:
        in_range[library] = newest_library(current[library], in_range[cli], npm_versions("aws-cdk-lib"))
    packages = [f"{name}@{version}" for (registry, name), version in in_range.items() if registry == "npm"]
    if packages:  # refuses what does not fit together
        quiet = ("--no-audit", "--no-fund", "--loglevel=error")
        run("npm", "install", "--dry-run", "--ignore-scripts", *quiet, *packages)
    return Newest(in_range, of_all, commits)


def raised(pin: Pin, newest: Newest) -> str:
    """Return what a pin should say."""
    version = newest.in_range.get(pin.key)
    if not pin.moves or version is None or version <= pin.version:
        return pin.value
    if pin.kind == "action":
        return f"{newest.commits[pin.name, version]} # v{version}"
    operator = pin.value.removesuffix(pin.value.lstrip("~="))
    parts = version.release[: len(pin.version.release)] if operator == "~=" else version.release
    return operator + ".".join(map(str, parts))


def raise_all(files: Mapping[str, str], newest: Newest) -> tuple[dict[str, str], dict[str, str]]:
    """Return the changed texts of `files`, and each change by what is raised."""
    texts: dict[str, str] = {}
    changes: dict[str, str] = {}
    for pin in sorted(find_pins(files), key=lambda pin: pin.start, reverse=True):  # so that earlier places stay
        if (value := raised(pin, newest)) != pin.value:
            text = texts.get(pin.file, files[pin.file])
            texts[pin.file] = text[: pin.start] + value + text[pin.start + len(pin.value) :]
            old, new = pin.value.rpartition(" ")[2], value.rpartition(" ")[2].lstrip("~=v")
            changes[pin.name] = f"{old.lstrip('~=v')} -> {new}"
    return texts, dict(sorted(changes.items()))


def undecided(pins: Iterable[Pin], newest: Newest) -> list[str]:
    """Return which pins and bounds exclude a newer release, in sentences."""
    found = set()
    for pin in pins:
        latest = newest.of_all.get(pin.key)
        if latest is None:
            continue
        if pin.moves:
            excluded, said = latest >= next_major(pin.version), f"{pin.name} {pin.version}"
        else:
            excluded = latest not in SpecifierSet(pin.value)
            said = f"{pin.name}{pin.value}"
        if excluded:
            found.add(f"{said} excludes {latest}")
    return sorted(found)


def note(changelog: str, changes: Mapping[str, str]) -> str:
    """Return `changelog` with a line on what is raised among the changes that are not released."""
    start = changelog.find("## [Unreleased]\n")
    if start < 0:
        sys.exit("raise-pins: CHANGELOG.md has no section [Unreleased]")
    names = ", ".join(f"{name} {change.rpartition(' ')[2]}" for name, change in changes.items())
    line = textwrap.fill(f"- Newer versions: {names}.", 120, subsequent_indent="  ", break_on_hyphens=False) + "\n"
    following = changelog.find("\n## ", start)
    end = len(changelog) if following < 0 else following + 1
    section = changelog[start:end]
    heading = "### Changed\n\n"
    if heading in section:
        section = section.replace(heading, heading + line, 1)
    else:  # after what is added, before what is deprecated, removed, fixed or secured
        place = next((found.start() for found in re.finditer(r"^### (?!Added)", section, re.MULTILINE)), len(section))
        before, after = section[:place].rstrip("\n"), section[place:]
        section = f"{before}\n\n{heading}{line}" + (f"\n{after}" if after or following >= 0 else "")
    return changelog[:start] + section + changelog[end:]


def test_command() -> str:
    """Return the test command that the README says."""
    found = re.search(r"^python3 .* pytest$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    return found[0] if found else sys.exit("raise-pins: README.md says no test command")


def main(arguments: list[str] | None = None) -> None:
    """Look versions up, write what changes, say so, and run the tests."""
    parser = argparse.ArgumentParser(prog="raise-pins", description="Raise pins to the newest versions in range.")
    parser.add_argument("--no-tests", action="store_true", help="do not run the tests afterwards")
    with_tests = not parser.parse_args(arguments).no_tests
    files = read_files()
    pins = find_pins(files)
    actions = has_gh()
    newest = look_up(pins, actions=actions)
    texts, changes = raise_all(files, newest)
    if changes:
        texts["CHANGELOG.md"] = note((ROOT / "CHANGELOG.md").read_bytes().decode(), changes)
    for name, text in texts.items():
        (ROOT / name).write_bytes(text.encode())
    print("Raised:" if changes else "Nothing to raise.")
    for name, change in changes.items():
        print(f"  {name} {change}")
    if decisions := undecided(pins, newest):
        print("Needs a decision:", *decisions, sep="\n  ")
    if not actions:
        print("Actions were not looked up: gh is not there, or not signed in.")
    if with_tests:
        sys.stdout.flush()
        sys.exit(subprocess.run(("bash", "-c", test_command()), cwd=ROOT, check=False).returncode)


if __name__ == "__main__":
    main()
