"""The templates that generated projects deploy to each stage, made without their virtual environments."""

import json
import sys
from pathlib import Path
from typing import Any

from helpers.support import AXES, Project, run, tool, with_node

PYTHON = "{}.{}".format(*sys.version_info)
# The tools beside the tests run the projects' code.
VERSION = PYTHON if PYTHON in AXES["python_version"] else AXES["python_version"][-1]

SYNTHESIZE = """
import sys
from pathlib import Path
from infra.app import make_app
make_app(Path(sys.argv[1]), Path("cdk.out")).synth()
"""
SYNTHESIZE_TYPESCRIPT = """
import { makeApp } from './infra/app.ts';
makeApp(process.argv[1], 'cdk.out').synth();
"""
# The code to deploy: any file or folder, or the folder of the Dockerfile.
CODE = {"zip": "events", "container": "."}


STAGES = ("dev", "prod")


def templates_of(project: Project, node_modules: Path) -> dict[str, dict[str, Any]]:
    """Return the template that `project` deploys to each stage."""
    if project.answers["deploy_with"] == "sam":
        return {stage: expand(project, stage) for stage in STAGES}
    return synthesize(project, node_modules)


def expand(project: Project, stage: str = STAGES[0]) -> dict[str, Any]:
    """Return the template of `project` as AWS SAM expands it for `stage`."""
    call = f"expand_template(Stage={stage!r})"
    code = f"import json; from scripts.validate import expand_template; print(json.dumps({call}))"
    expanded = run(sys.executable, "-c", code, cwd=project.path, AWS_DEFAULT_REGION="eu-central-1").output
    template: dict[str, Any] = json.loads(expanded)
    return template


def synthesize(project: Project, node_modules: Path) -> dict[str, dict[str, Any]]:
    """Return the templates that the CDK synthesizes for `project`, without building the code."""
    code = CODE[project.answers["package_as"]]
    if project.answers["deploy_with"] == "cdk-python":
        run(sys.executable, "-c", SYNTHESIZE, code, cwd=project.path, PATH=with_node())
    else:
        (project.path / "node_modules").symlink_to(node_modules)
        run(tool("node"), "--input-type=module", "-e", SYNTHESIZE_TYPESCRIPT, code, cwd=project.path)
    paths = {stage: project.path / "cdk.out" / f"{project.path.name}-{stage}.template.json" for stage in STAGES}
    return {stage: json.loads(path.read_text(encoding="utf-8")) for stage, path in paths.items()}
