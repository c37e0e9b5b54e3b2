"""The CloudFormation that generated projects deploy, without their own virtual environments."""

import json
import sys
from pathlib import Path
from typing import Any

from support import AXES, Project, run, tool, with_node

PYTHON = "{}.{}".format(*sys.version_info)
# The tools beside the tests run the projects' code.
VERSION = PYTHON if PYTHON in AXES["python_version"] else AXES["python_version"][-1]

SYNTHESISE = """
import sys
from pathlib import Path
from pathlib import Path
from infra.app import make_app
make_app(Path(sys.argv[1]), Path("cdk.out")).synth()
"""
SYNTHESISE_TYPESCRIPT = """
import { makeApp } from './infra/app.ts';
makeApp(process.argv[1], 'cdk.out').synth();
"""
# What the code is taken from: any file or folder, or the folder of the Dockerfile.
CODE = {"zip": "events", "container": "."}


def template_of(project: Project, node_modules: Path) -> dict[str, Any]:
    """Return the template that `project` deploys; with the CDK, that of the stage dev."""
    return expand(project) if project.answers["deploy_with"] == "sam" else synthesise(project, node_modules)


def expand(project: Project) -> dict[str, Any]:
    """Return the template of `project` as AWS SAM expands it."""
    code = "import json; from scripts.validate import expand_template; print(json.dumps(expand_template()))"
    expanded = run(sys.executable, "-c", code, cwd=project.path, AWS_DEFAULT_REGION="eu-central-1").output
    template: dict[str, Any] = json.loads(expanded)
    return template


def synthesise(project: Project, node_modules: Path) -> dict[str, Any]:
    """Return what the CDK writes for `project`, without building the code."""
    code = CODE[project.answers["package_as"]]
    if project.answers["deploy_with"] == "cdk-python":
        run(sys.executable, "-c", SYNTHESISE, code, cwd=project.path, PATH=with_node())
    else:
        (project.path / "node_modules").symlink_to(node_modules)
        run(tool("node"), "--input-type=module", "-e", SYNTHESISE_TYPESCRIPT, code, cwd=project.path)
    path = project.path / "cdk.out" / f"{project.path.name}-dev.template.json"
    template: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return template
