"""The templates that generated projects deploy to each stage, made without their virtual environments.

Node, the CDK and SAM's translator start once in each test process, whatever the number of projects.
"""

import atexit
import functools
import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cfnlint.config import ConfigMixIn
from cfnlint.decode import decode_str
from cfnlint.runner import Runner

from helpers.names import REGION
from helpers.sources import has_queue
from helpers.support import AXES, LONGEST_SLUG, Answers, Bake, Project, clean_environment, tool, with_node

PYTHON = "{}.{}".format(*sys.version_info)
# The tools beside the tests run the projects' code.
VERSION = PYTHON if PYTHON in AXES["python_version"] else AXES["python_version"][-1]
STAGES = ("dev", "prod")
# Both read a line of JSON for each task: a project's folder, code, its arguments. They reply with a result or an error.
IN_PYTHON = """
import importlib, json, os, sys, traceback
replies, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    folder, code, *arguments = json.loads(line)
    os.chdir(folder)
    for name in [each for each in sys.modules if each.partition(".")[0] in ("infra", "scripts")]:
        del sys.modules[name]
    importlib.invalidate_caches()
    names, error = {"arguments": arguments}, ""
    try:
        exec(code, names)
    except Exception:
        error = traceback.format_exc()
    print(json.dumps([names.get("result"), error]), file=replies, flush=True)
"""
IN_NODE = """
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
const reply = process.stdout.write.bind(process.stdout);
console.log = console.error;
for await (const line of createInterface({ input: process.stdin })) {
  const [folder, code] = JSON.parse(line);
  let error = '';
  try {
    const { makeApp } = await import(pathToFileURL(`${folder}/infra/app.ts`).href);
    makeApp(code, `${folder}/cdk.out`).synth();
  } catch (caught) {
    error = String(caught?.stack ?? caught);
  }
  reply(`${JSON.stringify([null, error])}\\n`);
}
"""
EXPAND = """
from scripts.validate import expand_template
result = expand_template(Stage=arguments[0])
"""
SYNTHESIZE = """
from pathlib import Path
from infra.app import make_app
make_app(Path(arguments[0]), Path("cdk.out").resolve()).synth()
"""
# The answers on which the templates depend.
AXES_OF_STACKS = ("deploy_with", "package_as", "event_source", "storage", "idempotency")
# A source that saves orders one by one, and one that saves them in batches.
WITH_ONE_TABLE = ("http-api", "s3")
# The tables that stacks are tried with: none and both for each source, and one of them where it makes a difference.
TABLES: list[Answers] = [
    {"event_source": event_source, "storage": storage, "idempotency": idempotency}
    for event_source, storage, idempotency in itertools.product(
        AXES["event_source"], AXES["storage"], AXES["idempotency"]
    )
    if (storage == "dynamodb") == (idempotency == "true") or event_source in WITH_ONE_TABLE
]
# The code to deploy: any file or folder, or the folder of the Dockerfile.
CODE = {"zip": "events", "container": "."}
# How a stage of the CDK is stopped; with SAM, by a parameter.
STOPPED = {
    "cdk-python": ("infra/stages.py", 'name="prod",', 'name="prod", processing=False,'),
    "cdk-typescript": ("infra/stages.ts", "name: 'prod',", "name: 'prod', processing: false,"),
}

Templates = dict[str, dict[str, Any]]
# Returns the template of each stage for the answers given.
Synthesize = Callable[..., Templates]


class Interpreter:
    """A process that works for one project after another, since its libraries take seconds to load."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=clean_environment(PATH=with_node()),
        )
        atexit.register(self._process.communicate)

    def __call__(self, *task: object) -> Any:  # noqa: ANN401 - any JSON
        """Return the result of a task; fail with its traceback."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{json.dumps(task, default=str)}\n")
        self._process.stdin.flush()
        reply = self._process.stdout.readline()
        assert reply, f"{self._process.args!r} ended with {self._process.wait()}"
        result, error = json.loads(reply)
        assert not error, error
        return result


@functools.cache
def in_python() -> Interpreter:
    """Return this process's Python for projects: takes a folder, code that assigns `result`, and its `arguments`."""
    return Interpreter(sys.executable, "-c", IN_PYTHON)


@functools.cache
def in_node() -> Interpreter:
    """Return this process's Node for projects: takes a folder with infrastructure in TypeScript, and the package."""
    return Interpreter(tool("node"), "--input-type=module", "-e", IN_NODE)


def expand(project: Project, stage: str = STAGES[0]) -> dict[str, Any]:
    """Return the template of `project` as AWS SAM expands it for `stage`."""
    template: dict[str, Any] = in_python()(project.path, EXPAND, stage)
    return template


def synthesize(project: Project, node_modules: Callable[[], Path]) -> Templates:
    """Return the templates that the CDK synthesizes for `project`, without building the code."""
    code = (project.path / CODE[project.answers["package_as"]]).resolve()
    if project.answers["deploy_with"] == "cdk-python":
        in_python()(project.path, SYNTHESIZE, code)
    else:
        (project.path / "node_modules").symlink_to(node_modules())
        in_node()(project.path, code)
    paths = {stage: project.path / "cdk.out" / f"{project.path.name}-{stage}.template.json" for stage in STAGES}
    return {stage: json.loads(path.read_text(encoding="utf-8")) for stage, path in paths.items()}


def templates_with_a_stop(project: Project, node_modules: Callable[[], Path]) -> Templates:
    """Return the template of each stage; the last has processing disabled, so that both values are seen."""
    if project.answers["deploy_with"] == "sam":
        templates = {stage: expand(project, stage) for stage in STAGES}
        if "Processing" in templates[STAGES[-1]]["Parameters"]:
            templates[STAGES[-1]]["Parameters"]["Processing"]["Default"] = "disabled"
        return templates
    if has_queue(project.answers["event_source"]):
        path, stage, stopped = STOPPED[project.answers["deploy_with"]]
        file = project.path / path
        text = file.read_text(encoding="utf-8")
        assert stage in text
        file.write_text(text.replace(stage, stopped), encoding="utf-8")
    return synthesize(project, node_modules)


def synthesizer(bake: Bake, node_modules: Callable[[], Path]) -> Synthesize:
    """Return a function that makes the templates for some answers once; nobody may change them."""
    made: dict[tuple[str, ...], Templates] = {}

    def synthesize_once(**answers: str) -> Templates:
        key = tuple(answers[each] for each in AXES_OF_STACKS)
        assert len(key) == len(answers)
        if key not in made:
            project = bake(python_version=VERSION, project_slug=LONGEST_SLUG, **answers)
            made[key] = templates_with_a_stop(project, node_modules)
            shutil.rmtree(project.path)
        return made[key]

    return synthesize_once


@functools.cache
def linter() -> Runner:
    """Return cfn-lint with its rules, since reading those takes longer than to check a template."""
    return Runner(ConfigMixIn(regions=[REGION]))


def lint(text: str) -> list[str]:
    """Return the findings of cfn-lint in a template, without the checks that its metadata skips."""
    template, errors = decode_str(text)
    return [str(match) for match in errors or linter().validate_template(template)]
