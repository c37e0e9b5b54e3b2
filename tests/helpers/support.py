"""What several test files need: the axes of answers, baked projects, and commands run in them."""

import itertools
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COOKIECUTTER_JSON: dict[str, Any] = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
AXES: dict[str, list[str]] = {
    key: ["false", "true"] if isinstance(values, bool) else values
    for key, values in COOKIECUTTER_JSON.items()
    if isinstance(values, (bool, list)) and not key.startswith("_")
}
UV = os.environ.get("UV", "uv")
# The longest that is accepted; formatters would break lines elsewhere if the code depended on it.
LONGEST_SLUG = "a-slug-that-is-as-long-as-it-may-be-here"
# A text that each format must quote.
AWKWARD = "\"Orders\" & 'more' \U0001f680: {x} # \\ *all*"
SLUGS = ["a", "zoo", "my-lambda-service", LONGEST_SLUG]

Answers = dict[str, str]
NO_DATA: Mapping[str, bytes] = MappingProxyType({})
# What some kernels say now and then when buildah copies itself into memory; the next attempt succeeds.
HICCUP = "sealing memfd copy: Device or resource busy"


class CloudFormationLoader(yaml.CSafeLoader):
    """Reads YAML with CloudFormation's short forms, such as `!Ref`."""


CloudFormationLoader.add_multi_constructor("!", lambda _loader, _suffix, node: node.value)


def product(*without: str) -> list[Answers]:
    """Return every combination of answers, apart from those named."""
    axes = {key: values for key, values in AXES.items() if key not in without}
    return [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]


def identify(answers: Mapping[str, str]) -> str:
    """Return a short name for `answers`: the values that can differ."""
    return "-".join(answers[key] for key, values in AXES.items() if len(values) > 1)


def interpreters_of_pyenv() -> list[str]:
    """Return the folders of pyenv's interpreters, which its own shims hide unless they are chosen for the folder."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = [root.glob(f"versions/{version}.*/bin") for version in AXES["python_version"]]
    return [str(folder) for folders in found for folder in sorted(folders)]


def tool(name: str) -> str:
    """Return the path of a tool that is installed beside the tests, and not in the projects that they make."""
    return str(Path(sys.executable).with_name(name))


def with_node() -> str:
    """Return a search path that begins with the tools beside the tests, Node among them."""
    return os.pathsep.join([str(Path(sys.executable).parent), clean_environment()["PATH"]])


def clean_environment(**changes: str) -> dict[str, str]:
    """Return the environment of a developer's shell: without the virtual environment that runs the tests."""
    own = Path(sys.prefix) / ("Scripts" if sys.platform == "win32" else "bin")
    path = [folder for folder in os.environ["PATH"].split(os.pathsep) if Path(folder) != own]
    if Path(UV).is_absolute():
        path.append(str(Path(UV).parent))
    # Without bytecode, each of the many commands would compile all that it imports again.
    others = {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in others}
    return (
        kept
        | {
            "PATH": os.pathsep.join(path + interpreters_of_pyenv()),
            "SAM_CLI_TELEMETRY": "0",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "Tester",
            "GIT_AUTHOR_EMAIL": "tester@example.com",
            "GIT_COMMITTER_NAME": "Tester",
            "GIT_COMMITTER_EMAIL": "tester@example.com",
        }
        | changes
    )


@dataclass(frozen=True)
class Done:
    """A command that has ended, and all that it printed."""

    status: int
    output: str


def run(*command: str | Path, cwd: Path, expect: int | None = 0, **environment: str) -> Done:
    """Run `command` and return what it printed; fail if its exit status is not the one expected (None: any)."""
    done = attempt(command, cwd, clean_environment(**environment))
    if HICCUP in done.output:
        done = attempt(command, cwd, clean_environment(**environment))
    assert expect is None or done.status == expect, f"{command} ended with {done.status}:\n{done.output}"
    return done


def attempt(command: Sequence[str | Path], cwd: Path, environment: Mapping[str, str]) -> Done:
    """Run `command` and return what it printed."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return Done(done.returncode, done.stdout)


@dataclass(frozen=True)
class Project:
    """A generated project."""

    path: Path
    answers: Answers
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def venv(self) -> Path:
        """The folder of the project's virtual environment."""
        return Path(self.environment.get("UV_PROJECT_ENVIRONMENT", self.path / ".venv"))

    @property
    def package(self) -> str:
        return str(self.path.name).replace("-", "_")

    def files(self) -> dict[str, str]:
        """Return the text of every file, by its path in the project."""
        paths = {path.relative_to(self.path): path for path in sorted(self.path.rglob("*")) if path.is_file()}
        return {name.as_posix(): path.read_bytes().decode() for name, path in paths.items() if ".git" not in name.parts}

    def within(self, environment: Mapping[str, str]) -> "Project":
        """Return the same project, whose commands get the variables of `environment` as well."""
        return replace(self, environment={**self.environment, **environment})

    def run(self, *command: str | Path, expect: int | None = 0, **environment: str) -> Done:
        return run(*command, cwd=self.path, expect=expect, **{**self.environment, **environment})

    def uv(self, *command: str, expect: int | None = 0, **environment: str) -> Done:
        return self.run(UV, *command, expect=expect, **environment)

    def poe(self, *command: str, expect: int | None = 0) -> Done:
        return self.uv("run", "poe", *command, expect=expect)


def shared(folder: Path, answers: Answers) -> dict[str, str]:
    """Return the variables with which projects of one Python version take turns in a virtual environment in `folder`.

    `uv sync` removes what the next one does not require, so that only the difference is installed, and Python compiles
    what they share once. The CDK is larger than all the rest: its projects have one of their own.
    """
    version = answers.get("python_version", AXES["python_version"][0])
    infix = "-cdk" if answers.get("deploy_with") == "cdk-python" else ""
    return {
        "UV_PROJECT_ENVIRONMENT": str(folder / f"{version}{infix}"),
        "MYPY_CACHE_DIR": str(folder / f"mypy-{version}"),
    }


def commands(page: str, heading: str) -> list[str]:
    """Return the first block of commands under `heading`, without their comments."""
    block = page.partition(f"# {heading}\n")[2].partition("```sh\n")[2].partition("```")[0]
    return [line.partition(" #")[0].strip() for line in block.splitlines()]


def copy_template(target: Path) -> Path:
    """Copy the files of the template that git knows, or would, to `target`, and return that."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=ROOT).output
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


Bake = Callable[..., Project]


def depend_on(project: Path, requirement: str) -> None:
    """Let the function of the project in the folder `project` need `requirement`."""
    settings = project / "pyproject.toml"
    opening = "\ndependencies = [\n"
    text = settings.read_text(encoding="utf-8").replace(opening, f'{opening}    "{requirement}",\n')
    settings.write_text(text, encoding="utf-8")


def write_wheel(folder: Path, name: str, version: str, tag: str, data: Mapping[str, bytes] = NO_DATA) -> None:
    """Write a wheel of the distribution `name` into `folder`: an empty module, and what is installed elsewhere."""
    information = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-{tag}.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{information}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{information}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tag}\n")
        for path, content in data.items():
            wheel.writestr(f"{name}-{version}.data/{path}", content)
        wheel.writestr(f"{information}/RECORD", "")
