"""`poe audit` fails on a known vulnerability that nobody accepted, and when it cannot look any up."""

from pathlib import Path

import pytest

from helpers.advisories import ADVISORY, advisories, audit_environment
from helpers.support import UV, Bake, Project, tool

UNUSED_PORT = 9


@pytest.fixture(scope="module")
def project(bake_once: Bake) -> Project:
    """A project with a lock file; uv needs nothing else to audit it."""
    project = bake_once()
    project.run(UV, "lock")
    return project


def audit(project: Project, environment: dict[str, str], *, expect: int) -> str:
    return project.run(tool("poe"), "audit", expect=expect, UV_HTTP_RETRIES="0", **environment).output


def test_lock_without_vulnerability_passes(project: Project) -> None:
    with advisories() as environment:
        assert "no known vulnerabilities" in audit(project, environment, expect=0)


def test_known_vulnerability_is_named(project: Project) -> None:
    with advisories("pydantic") as environment:
        output = audit(project, environment, expect=1)
    assert "1 known vulnerability" in output
    assert ADVISORY in output


def test_accepted_vulnerability_passes(project: Project) -> None:
    settings = Path(project.path, "pyproject.toml")
    text = settings.read_text(encoding="utf-8")
    accepted = f'\n[tool.uv.audit]\nignore = ["{ADVISORY}"] # that function is never called\n'
    settings.write_text(text + accepted, encoding="utf-8")
    try:
        with advisories("pydantic") as environment:
            audit(project, environment, expect=0)
    finally:
        settings.write_text(text, encoding="utf-8")


def test_failed_lookup_fails(project: Project) -> None:
    assert "error sending request" in audit(project, audit_environment(UNUSED_PORT), expect=2)
