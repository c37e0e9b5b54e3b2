"""`poe check-runtime` says whether a project can move to another Python, and what holds it back."""

from pathlib import Path

import pytest

from helpers.support import Bake, Project, depend_on, write_wheel

pytestmark = pytest.mark.matrix


@pytest.fixture
def project(bake: Bake, tmp_path: Path) -> Project:
    """A project on Python 3.13 that also finds packages in the folder `wheels`."""
    (tmp_path / "wheels").mkdir()
    baked = bake(python_version="3.13", architecture="x86_64", type_checker="pyrefly")
    return baked.within({"UV_FIND_LINKS": str(tmp_path / "wheels")})


def add(project: Project, folder: Path, name: str, version: str, tag: str) -> None:
    write_wheel(folder / "wheels", name.replace("-", "_"), version, tag)
    settings = (project.path / "pyproject.toml").read_text(encoding="utf-8")
    if f'"{name}>=1,<3"' not in settings:
        depend_on(project.path, f"{name}>=1,<3")


def test_newer_python_is_checked(project: Project) -> None:
    output = project.poe("check-runtime", "3.14").output
    assert "Each run-time dependency has a wheel for Lambda's Python 3.14 on x86_64." in output
    assert " passed in " in output


def test_each_missing_wheel_is_named(project: Project, tmp_path: Path) -> None:
    add(project, tmp_path, "one-for-313", "1.0", "cp313-cp313-manylinux2014_x86_64")
    add(project, tmp_path, "two-for-313", "2.0", "cp313-cp313-manylinux2014_x86_64")
    output = project.poe("check-runtime", "3.14", expect=1).output
    for name in ("one-for-313 1.0", "two-for-313 2.0"):
        assert f"wheels: {name} has no wheel for Lambda's Python 3.14 on x86_64 (glibc 2.34)" in output
    assert "nor has an older version" in output


def test_missing_wheel_for_glibc_is_explained(bake: Bake, tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    project = bake(python_version="3.10", architecture="x86_64", type_checker="pyrefly")
    project = project.within({"UV_FIND_LINKS": str(tmp_path / "wheels")})
    add(project, tmp_path, "needs-newer", "1.5", "cp310-cp310-manylinux2014_x86_64")
    add(project, tmp_path, "needs-newer", "2.0", "cp310-cp310-manylinux_2_34_x86_64")
    refused = project.poe("build", expect=1).output
    reason = "needs-newer 2.0 has no wheel for Lambda's Python 3.10 on x86_64 (glibc 2.26)"
    fix = "uv lock --upgrade-package needs-newer==1.5"
    assert f"bundle: {reason}; `{fix}` takes one that has" in refused.splitlines()
    project.run(*fix.split())
    project.poe("build")


def test_unknown_version_is_refused(project: Project) -> None:
    assert "wheels: next is not a version of Python" in project.poe("check-runtime", "next", expect=1).output


def test_no_network_is_needed(project: Project) -> None:
    project.uv("sync")
    checked = project.uv("run", "--no-sync", "python", "-m", "infra.wheels", "3.14", UV_OFFLINE="1").output
    assert "Each run-time dependency has a wheel" in checked
