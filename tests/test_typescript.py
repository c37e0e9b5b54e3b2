"""Infrastructure in TypeScript, with the project's own tools: compiler, linter, formatter, tests."""

from pathlib import Path

import pytest

from support import AXES, LONGEST_SLUG, SLUGS, Bake, run, tool, with_node

SHORTEST_SLUG = min(SLUGS, key=len)


@pytest.mark.matrix
@pytest.mark.parametrize("script", ["typecheck", "lint", "test"])
@pytest.mark.parametrize("event_source", AXES["event_source"])
@pytest.mark.parametrize(("slug", "idempotency"), [(SHORTEST_SLUG, "true"), (LONGEST_SLUG, "false")])
def test_typescript_passes_its_own_checks(
    bake: Bake, node_modules: Path, event_source: str, slug: str, idempotency: str, script: str
) -> None:
    project = bake(project_slug=slug, deploy_with="cdk-typescript", event_source=event_source, idempotency=idempotency)
    (project.path / "node_modules").symlink_to(node_modules)
    run(tool("npm"), "run", script, cwd=project.path, PATH=with_node())
