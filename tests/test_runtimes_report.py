"""What `poe runtimes` says in a real project, of dependencies with and without wheels for a newer Python."""

from dataclasses import replace
from pathlib import Path

import pytest

from lambda_python_answers import RUNTIMES

from support import Bake, Project, depend_on, write_wheel


@pytest.fixture
def project(bake: Bake, tmp_path: Path) -> Project:
    """A project on Python 3.13 that also finds packages in the folder `wheels`."""
    (tmp_path / "wheels").mkdir()
    baked = bake(deploy_with="sam", event_source="http-api", python_version="3.13", architecture="x86_64")
    return replace(baked, environment={"UV_FIND_LINKS": str(tmp_path / "wheels")})


def row(output: str, version: str) -> str:
    return next(line for line in output.splitlines() if line.startswith(f"{version} "))


@pytest.mark.matrix
def test_without_a_hindrance_all_wheels_are_there(project: Project) -> None:
    output = project.poe("runtimes").output
    assert row(output, "3.13").startswith("3.13 (now) ")
    assert "  all  " in row(output, "3.13")
    assert str(RUNTIMES["3.14"].deprecated) in row(output, "3.14")
    assert "  all  " in row(output, "3.14")
    assert "3.12" not in output


@pytest.mark.matrix
def test_a_dependency_that_has_no_wheel_is_named(project: Project, tmp_path: Path) -> None:
    write_wheel(tmp_path / "wheels", "nothing_for_newer", "1.0", "cp313-cp313-manylinux2014_x86_64")
    depend_on(project.path, "nothing-for-newer>=1,<2")
    output = project.poe("runtimes").output
    assert "  blocked  " in row(output, "3.14")
    assert "3.14: nothing-for-newer==1.0 has no wheel; nor has another version that fits" in output


@pytest.mark.matrix
def test_so_is_one_of_which_another_version_has(project: Project, tmp_path: Path) -> None:
    write_wheel(tmp_path / "wheels", "later_for_newer", "1.0", "cp313-cp313-manylinux2014_x86_64")
    depend_on(project.path, "later-for-newer>=1,<2")
    project.uv("lock")
    write_wheel(tmp_path / "wheels", "later_for_newer", "1.1", "cp314-cp314-manylinux2014_x86_64")
    output = project.uv("run", "--frozen", "poe", "runtimes").output
    assert "  all, with a new lock  " in row(output, "3.14")
    assert "3.14: later-for-newer==1.0 has no wheel; a new lock takes 1.1" in output


@pytest.mark.matrix
def test_without_a_network_the_dates_are_there(project: Project, tmp_path: Path) -> None:
    project.uv("sync")
    script = ("run", "--no-sync", "python", "-m", "scripts.runtimes")
    output = project.uv(*script, UV_OFFLINE="1", UV_CACHE_DIR=str(tmp_path / "cache")).output
    assert "  not looked up  " in row(output, "3.14")
    assert "Wheels cannot be looked up: UV_OFFLINE disables the network" in output


@pytest.mark.matrix
def test_the_tests_pass_on_the_newest_runtime(project: Project) -> None:
    assert row(project.poe("runtimes", "--test").output, "3.14").endswith("  pass")
