"""What makes a function start more slowly makes a test of its project fail, which names it."""

from collections.abc import Callable

import pytest

from helpers.history import edit as edit_file
from helpers.support import Bake, Project, depend_on

GUARDS = ("run", "pytest", "-q", "--no-cov", "tests/integration/test_budget.py")
BOTO3 = "boto3>=1.40,<2"
LIMIT = "max_artifact_megabytes = 20"

pytestmark = [pytest.mark.matrix, pytest.mark.xdist_group("budget")]


@pytest.fixture
def project(bake: Bake) -> Project:
    return bake()


def remove_bytecode(project: Project) -> str:
    bundler = project.path / "infra" / "bundle.py"
    text = bundler.read_text(encoding="utf-8")
    assert text.count("        compile_bytecode(folder)\n") == 1
    bundler.write_text(text.replace("        compile_bytecode(folder)\n", ""), encoding="utf-8")
    return "modules have no bytecode, so each cold start compiles them"


def let_pydantic_search(project: Project) -> str:
    (project.path / "src" / project.package / "__init__.py").write_text('"""A function."""\n', encoding="utf-8")
    return "imported by the handler: importlib.metadata; import them where they are used"


def import_what_is_not_declared(project: Project) -> str:
    handler = project.path / "src" / project.package / "handler.py"
    handler.write_text(f"import boto3\n{handler.read_text(encoding='utf-8')}", encoding="utf-8")
    return "No module named 'boto3'; is it in `dependencies`, with everything that the function needs at run time?"


def import_at_the_start(project: Project) -> str:
    depend_on(project.path, BOTO3)
    import_what_is_not_declared(project)
    return "imported by the handler: boto3, botocore.session, urllib3; import them where they are used"


def depend_on_what_is_large(project: Project) -> str:
    depend_on(project.path, BOTO3)
    return "above max_artifact_megabytes in pyproject.toml, 20; largest: botocore"


@pytest.mark.parametrize(
    "edit",
    [
        remove_bytecode,
        let_pydantic_search,
        import_what_is_not_declared,
        import_at_the_start,
        depend_on_what_is_large,
    ],
)
def test_what_slows_the_start_is_named(project: Project, edit: Callable[[Project], str]) -> None:
    message = edit(project)
    project.uv("lock")
    assert message in project.uv(*GUARDS, expect=1).output


def test_urls_of_pydantic_are_within_the_limits(project: Project) -> None:
    models = project.path / "src" / project.package / "models.py"
    with models.open("a", encoding="utf-8") as stream:
        stream.write("\n\nfrom pydantic import HttpUrl\n\n\nclass Link(Model):\n    target: HttpUrl\n")
    project.uv(*GUARDS)


def test_boto3_costs_no_start_until_imported(project: Project) -> None:
    depend_on(project.path, BOTO3)
    edit_file(project.path / "pyproject.toml", LIMIT, "max_artifact_megabytes = 48")
    project.uv("lock")
    project.uv(*GUARDS)
