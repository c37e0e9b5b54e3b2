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


# What a user might add to the stack, in one stage only.
IMPORTS = """
import { Validations } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Bucket } from 'aws-cdk-lib/aws-s3';
"""
RESOURCES = """
    if (stage.name === 'prod') {
      const prices = new Table(this, 'UserPrices', {
        partitionKey: { name: 'sku', type: AttributeType.STRING },
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      });
      prices.grantReadWriteData(this.service.function);
      const archive = new Bucket(this, 'UserArchive', { enforceSSL: true });
      Validations.of(archive).acknowledge({ id: 'AwsSolutions::AwsSolutions-S1', reason: 'It is an example.' });
    }
"""


@pytest.mark.matrix
def test_resources_of_one_stage_pass_the_tests(bake: Bake, node_modules: Path) -> None:
    project = bake(deploy_with="cdk-typescript", event_source="sqs", idempotency="true")
    (project.path / "node_modules").symlink_to(node_modules)
    stack = project.path / "infra" / "stack.ts"
    before, found, after = stack.read_text(encoding="utf-8").partition("    this.applyToAll(stage);\n")
    assert found
    stack.write_text(IMPORTS + before + found + RESOURCES + after, encoding="utf-8")
    run(tool("npm"), "run", "test", cwd=project.path, PATH=with_node())
