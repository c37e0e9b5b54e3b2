"""Infrastructure in TypeScript, with the project's own tools: compiler, linter, formatter, tests."""

import itertools
import re
import shutil
from pathlib import Path

import pytest

from helpers.rows import PROJECTS
from helpers.support import AWKWARD, AXES, LONGEST_SLUG, SLUGS, Answers, Bake, run, tool, with_node

SETTINGS = (".prettierignore", ".prettierrc.json", "eslint.config.js", "tsconfig.json")
SHORTEST_SLUG = min(SLUGS, key=len)
CASES = [
    {"project_slug": slug, "event_source": event_source, "idempotency": idempotency}
    for slug, idempotency in [(SHORTEST_SLUG, "true"), (LONGEST_SLUG, "false")]
    for event_source in AXES["event_source"]
]
# What test_project.py leaves to the compiler, the linter and the formatter here.
ROWS = [
    {"project_slug": f"service-{number}", "description": AWKWARD, "author": AWKWARD, **answers}
    for number, answers in enumerate(PROJECTS)
    if answers["deploy_with"] == "cdk-typescript"
]


def name_of(answers: Answers) -> str:
    """Return the name of the folder of the project with `answers`."""
    return f"{answers['project_slug']}-{answers['event_source']}"


@pytest.fixture(scope="module")
def projects(bake_once: Bake, node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all projects and one copy of their settings, so that a tool reads the CDK's types once."""
    folder = tmp_path_factory.mktemp("projects")
    (folder / "node_modules").symlink_to(node_modules)
    for answers in [*CASES, *ROWS]:
        project = folder / name_of(answers)
        shutil.move(bake_once(**{"deploy_with": "cdk-typescript"} | answers).path, project)
        for name in SETTINGS:
            text = (project / name).read_text(encoding="utf-8")
            text = re.sub(r"""(['"])((?:tests/)?infra/)""", r"\1*/\2", text)
            assert text == ((folder / name).read_text(encoding="utf-8") if (folder / name).exists() else text)
            (folder / name).write_text(text, encoding="utf-8")
            (project / name).unlink()
    with (folder / ".prettierignore").open("a", encoding="utf-8") as file:
        file.write("!/*/*.json\n")
    return folder


@pytest.mark.matrix
@pytest.mark.parametrize("program", [["tsc"], ["eslint"], ["prettier", "--check", "."]], ids=lambda program: program[0])
@pytest.mark.xdist_group("typescript")
def test_typescript_passes_compiler_linter_and_formatter(projects: Path, program: list[str]) -> None:
    run(tool("npm"), "exec", "--no", "--", *program, cwd=projects, PATH=with_node())


@pytest.mark.matrix
@pytest.mark.xdist_group("typescript")
def test_typescript_passes_its_own_tests(projects: Path) -> None:
    files = [sorted((projects / name_of(each)).glob("tests/infra/*.test.ts")) for each in CASES]
    assert all(files)
    run(tool("node"), "--test", "--test-isolation=none", *itertools.chain(*files), cwd=projects, PATH=with_node())


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
    files = sorted((project.path / "tests" / "infra").glob("*.test.ts"))
    run(tool("node"), "--test", "--test-isolation=none", *files, cwd=project.path, PATH=with_node())
