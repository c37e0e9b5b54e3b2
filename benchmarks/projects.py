"""Generated projects and their packages: what the template builds, and the same project packaged plainly.

The plain variant is the same project as `sam build` or `uv pip install --target` leaves it: the same versions of the
same dependencies, installed as they are, nothing compiled and nothing removed; the same sources; zipped with Python's
defaults. The variant with boto3 has it in the archive, as AWS advises, and one line more, `import boto3` at the top of
the handler, as many examples have it. Where the function itself needs boto3, there is only this one.
"""

import os
import re
import shutil
from pathlib import Path

from measuring import ROOT, UV, generate, project_in, run

SOURCES = ("http-api", "sqs", "eventbridge", "schedule", "s3")
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
LAMBDA_PLATFORM = "x86_64-manylinux2014"


def make_project(output: Path, **answers: str) -> Path:
    """Generate and install a project for x86-64, and return where it is."""
    generate(ROOT, output, {"architecture": "x86_64", **answers})
    project = project_in(output)
    run("git", "init", "--quiet", cwd=project)
    run(UV, "sync", "--quiet", cwd=project)
    return project


def build(project: Path, platform: str, *options: str) -> Path:
    """Build the artifact as the project does, and return the folder; the archive is beside it, if it has one."""
    output = project / ".build" / platform
    command = ("run", "--frozen", "python", "-m", "infra.bundle", "--platform", platform, "--output", output)
    run(UV, *command, *options, cwd=project)
    return output


def without_bytecode(artifact: Path) -> Path:
    """Copy `artifact` without what was compiled, and return the copy."""
    copy = artifact.with_name(f"{artifact.name}-sources")
    shutil.copytree(artifact, copy, copy_function=os.link, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def needs_boto3(project: Path) -> bool:
    """Return whether the function itself calls AWS, so that no variant can do without boto3."""
    return '    "boto3' in (project / "pyproject.toml").read_text(encoding="utf-8").split("[dependency-groups]")[0]


def plain_variants(project: Path, folder: Path, *, platform: str | None = None) -> dict[str, Path]:
    """Build the plain variants of `project` in `folder`, and return them by name."""
    with_boto3 = {"plain with boto3": True} if needs_boto3(project) else {"plain": False, "plain with boto3": True}
    return {
        name: build_plainly(project, folder / name.replace(" ", "-"), platform=platform, with_boto3=with_it)
        for name, with_it in with_boto3.items()
    }


def build_plainly(project: Path, output: Path, *, platform: str | None, with_boto3: bool) -> Path:
    """Build a plain variant in `output`, and return that.

    Args:
        project: the project that it is a variant of.
        output: the folder to make.
        platform: uv's name of the platform, None for this machine's.
        with_boto3: whether boto3 is in the archive, and imported by the handler.
    """
    requirements = output.with_suffix(".txt")
    export = ("export", "--frozen", "--quiet", "--no-default-groups", "--no-emit-project", "--no-hashes", "--no-header")
    output.parent.mkdir(parents=True, exist_ok=True)
    run(UV, *export, "--output-file", requirements, cwd=project)
    if with_boto3:
        with requirements.open("a", encoding="utf-8") as file:
            file.write("boto3\n")
    constraints = output.with_name(f"{output.name}-constraints.txt")
    run(UV, *export, "--all-groups", "--output-file", constraints, cwd=project)
    run(
        *(UV, "pip", "install", "--quiet", "--target", output, "--requirements", requirements),
        *("--constraints", constraints, "--python", project / ".venv" / "bin" / "python"),
        *(("--python-platform", platform) if platform else ()),
        cwd=project,
        UV_COMPILE_BYTECODE="0",
    )
    (package,) = (path.name for path in (project / "src").iterdir() if path.is_dir())
    shutil.copytree(project / "src" / package, output / package, ignore=shutil.ignore_patterns("__pycache__"))
    if with_boto3:
        import_boto3(output / package / "handler.py")
    return output


def import_boto3(handler: Path) -> None:
    """Let `handler` import boto3 before all else."""
    text = handler.read_text(encoding="utf-8")
    changed, count = re.subn(
        r"^(?=(?:from|import) (?!__future__))", "import boto3\n", text, count=1, flags=re.MULTILINE
    )
    if count != 1:
        message = f"{handler} imports nothing"
        raise ValueError(message)
    handler.write_text(changed, encoding="utf-8")
