"""Infrastructure in TypeScript, with the project's own tools: compiler, linter, formatter, tests."""

import re
import shutil
from pathlib import Path

import pytest

from helpers.support import AXES, LONGEST_SLUG, SLUGS, Answers, Bake, run, tool, with_node

SHORTEST_SLUG = min(SLUGS, key=len)
CASES = [
    {"project_slug": slug, "event_source": event_source, "idempotency": idempotency}
    for slug, idempotency in [(SHORTEST_SLUG, "true"), (LONGEST_SLUG, "false")]
    for event_source in AXES["event_source"]
]


@pytest.mark.matrix
@pytest.mark.parametrize("answers", CASES, ids=lambda answers: "-".join(answers.values()))
def test_typescript_is_formatted_and_passes_its_own_tests(bake: Bake, node_modules: Path, answers: Answers) -> None:
    project = bake(deploy_with="cdk-typescript", **answers)
    (project.path / "node_modules").symlink_to(node_modules)
    for command in (["exec", "--no", "--", "prettier", "--check", "."], ["run", "test"]):
        run(tool("npm"), *command, cwd=project.path, PATH=with_node())


@pytest.fixture(scope="module")
def projects(bake_once: Bake, node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all projects and one copy of their settings, so that a tool reads the CDK's types once."""
    folder = tmp_path_factory.mktemp("projects")
    (folder / "node_modules").symlink_to(node_modules)
    for answers in CASES:
        project = folder / "-".join(answers.values())
        shutil.move(bake_once(deploy_with="cdk-typescript", **answers).path, project)
        for name in ("eslint.config.js", "tsconfig.json"):
            text = (project / name).read_text(encoding="utf-8")
            (folder / name).write_text(re.sub(r"""(['"])((?:tests/)?infra/)""", r"\1*/\2", text), encoding="utf-8")
            (project / name).unlink()
    return folder


@pytest.mark.matrix
@pytest.mark.parametrize("program", ["tsc", "eslint"])
@pytest.mark.xdist_group("typescript")
def test_typescript_passes_compiler_and_linter(projects: Path, program: str) -> None:
    run(tool("npm"), "exec", "--no", "--", program, cwd=projects, PATH=with_node())


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
