"""What holds for the repository itself, and for the places that must say the same."""

import itertools
import json
import re
from typing import Any

import pytest
import tomli
import yaml

from lambda_python_answers import RUNTIMES

from helpers.support import AXES, COOKIECUTTER_JSON, ROOT, Bake, run, tool

PINNED = re.compile(r"uses: (?P<action>[\w./-]+)@(?P<commit>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)$")
# Registries of packages, whose addresses differ from one organisation to the next.
REGISTRIES = re.compile(r"\b(pypi|pythonhosted|npmjs|yarnpkg)\.(org|com)\b")
MACHINES_PATHS = re.compile(r"(?<![\w.])/(root|work)/")


def repository_files() -> dict[str, str]:
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=ROOT).output.split("\0")
    names = [name for name in listed if name and (ROOT / name).is_file()]
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in names}


def pins(pyproject: dict[str, Any]) -> dict[str, str]:
    """Return the version bounds of each tool and library that `pyproject` names."""
    requirements = [*pyproject["project"]["dependencies"]]
    for group in pyproject["dependency-groups"].values():
        requirements += group
    return dict(re.fullmatch(r"([\w-]+)([^;]*).*", requirement).groups() for requirement in requirements)  # type: ignore[union-attr, misc]  # a requirement without a name fails here


def test_the_test_command_is_one_line_that_ci_runs_too() -> None:
    commands = re.findall(r"^python3 .* pytest$", repository_files()["README.md"], re.MULTILINE)
    assert len(commands) == 1
    assert "README.md" in repository_files()[".ci/run"]


def test_no_file_of_the_template_has_more_than_twenty_statements() -> None:
    """Beyond that, it is split by the answers on which its parts depend."""
    files = repository_files().items()
    counts = {name: text.count("{%") for name, text in files if name.startswith(("templates/", "{{"))}
    assert {name: count for name, count in counts.items() if count > 20} == {}


@pytest.mark.xdist_group("together")
def test_what_belongs_together_runs_on_one_worker(request: pytest.FixtureRequest) -> None:
    is_worker = hasattr(request.config, "workerinput")
    assert request.node.nodeid.endswith("@together") == is_worker


def test_no_file_names_a_registry_and_none_is_a_lock_file() -> None:
    files = repository_files()
    assert [
        name for name, text in files.items() if REGISTRIES.search(text) and name != "tests/test_repository.py"
    ] == []
    assert [name for name in files if name.endswith(("uv.lock", "package-lock.json"))] == []


def test_no_file_names_a_path_of_a_machine() -> None:
    assert [name for name, text in repository_files().items() if MACHINES_PATHS.search(text)] == []


def test_links_between_pages_have_targets() -> None:
    pages = [page for pattern in ("*.md", "docs/*.md", "benchmarks/*.md") for page in ROOT.glob(pattern)]
    linked = [(page, re.findall(r"\]\(([\w./-]+)(?:#.*?)?\)", page.read_text(encoding="utf-8"))) for page in pages]
    assert [(page.name, link) for page, links in linked for link in links if not (page.parent / link).exists()] == []


def test_the_readme_names_every_answer_and_value() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", repository_files()["README.md"], re.MULTILINE))
    assert list(rows) == [key for key in COOKIECUTTER_JSON if not key.startswith("_")]
    for key, values in AXES.items():
        assert set(values) <= set(re.findall(r"`([\w.-]+)`", rows[key]))


def test_every_answer_and_value_has_a_label() -> None:
    prompts = COOKIECUTTER_JSON["__prompts__"]
    assert list(prompts) == [key for key in COOKIECUTTER_JSON if not key.startswith("_")]
    for key, values in AXES.items():
        assert isinstance(prompts[key], str) or prompts[key].keys() >= {"__prompt__", *values}


def test_the_readme_says_the_dates_of_the_runtimes() -> None:
    rows = re.findall(
        r"^\| python(3\.\d+) \| (\S+) \| (\S+) \| (\S+) \|$", repository_files()["README.md"], re.MULTILINE
    )
    expected = [
        (version, str(dates.deprecated), str(dates.create_blocked), str(dates.update_blocked))
        for version, dates in RUNTIMES.items()
    ]
    assert rows == expected


def test_a_tool_has_the_same_bounds_here_and_in_projects(bake: Bake) -> None:
    ours = pins(tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8")))
    for deploy_with, checker in itertools.product(AXES["deploy_with"], AXES["type_checker"]):
        project = bake(deploy_with=deploy_with, type_checker=checker)
        theirs = pins(tomli.loads(project.files()["pyproject.toml"]))
        shared = ours.keys() & theirs.keys()
        assert "ruff" in shared
        assert {name: theirs[name] for name in shared} == {name: ours[name] for name in shared}


def test_development_dependencies_are_in_the_order_in_which_uv_keeps_them(bake: Bake) -> None:
    for deploy_with, checker in itertools.product(AXES["deploy_with"], AXES["type_checker"]):
        project = bake(deploy_with=deploy_with, type_checker=checker, package_as="container")
        listed = tomli.loads(project.files()["pyproject.toml"])["dependency-groups"]["dev"]
        names = [re.split(r"[^\w-]", requirement)[0] for requirement in listed]
        assert names == sorted(names)


def test_packages_of_node_have_exact_versions_and_one_cli_is_meant(bake: Bake) -> None:
    manifest = json.loads(bake(deploy_with="cdk-typescript").files()["package.json"])
    exact = manifest["dependencies"] | manifest["devDependencies"]
    assert [name for name, version in exact.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    tasks = tomli.loads(bake(deploy_with="cdk-python").files()["pyproject.toml"])["tool"]["poe"]["tasks"]
    assert f"aws-cdk@^{exact['aws-cdk']}" in tasks["cdk"]["cmd"]


def test_every_requirement_is_bounded_and_says_why(bake: Bake) -> None:
    rendered = [bake(deploy_with=deploy_with).files()["pyproject.toml"] for deploy_with in AXES["deploy_with"]]
    for text in (repository_files()["pyproject.toml"], *rendered):
        lists = re.findall(r"^(?:dependencies|\w+) = \[\n((?:    \"[\w-]+>=.*\n)+)\]", text, re.MULTILINE)
        assert lists
        for line in "".join(lists).splitlines():
            assert re.fullmatch(r'    "[\w-]+>=[\d.]+,<[\d.]+(; [^"]+)?", # .+', line), line


def test_the_sam_cli_has_one_version(bake: Bake) -> None:
    texts = [*bake().files().values(), repository_files()["tests/test_engines.py"]]
    assert len({version for text in texts for version in re.findall(r"aws-sam-cli[~=><\d.]+", text)}) == 1


def test_actions_are_pinned_by_commit_and_the_same_everywhere(bake: Bake) -> None:
    texts = [repository_files()[".github/workflows/ci.yml"], bake(ci="github").files()[".github/workflows/ci.yml"]]
    used = [line.strip().removeprefix("- ") for text in texts for line in text.splitlines() if "uses: " in line]
    matches = [PINNED.fullmatch(line) for line in used]
    assert all(matches), used
    found = {match.groups() for match in matches if match}
    assert len(found) == len({action for action, _, _ in found})


@pytest.mark.parametrize("where", ["template", "project"])
def test_workflows_are_valid_and_safe(bake: Bake, where: str) -> None:
    folder = ROOT if where == "template" else bake(ci="github").path
    workflows = sorted((folder / ".github" / "workflows").iterdir())
    run(tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *workflows, cwd=folder)
    run(tool("zizmor"), "--offline", "--quiet", str(folder / ".github"), cwd=folder)
    for workflow in workflows:
        assert yaml.safe_load(workflow.read_text(encoding="utf-8"))["permissions"] == {"contents": "read"}


def test_issue_forms_are_valid() -> None:
    folder = ROOT / ".github" / "ISSUE_TEMPLATE"
    for schema, names in (("config", ["config.yml"]), ("forms", ["bug.yml", "idea.yml"])):
        run(tool("check-jsonschema"), "--builtin-schema", f"vendor.github-issue-{schema}", *names, cwd=folder)


def test_the_changelog_has_the_version_that_is_released_next() -> None:
    released = re.findall(
        r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", repository_files()["CHANGELOG.md"], re.MULTILINE
    )
    assert released[0] == tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


@pytest.mark.parametrize(
    ("ci", "schema", "name"),
    [
        ("github", "github-workflows", ".github/workflows/ci.yml"),
        ("github", "dependabot", ".github/dependabot.yml"),
        ("gitlab", "gitlab-ci", ".gitlab-ci.yml"),
    ],
)
def test_the_files_of_a_service_follow_its_schema(bake: Bake, ci: str, schema: str, name: str) -> None:
    rows = itertools.product(AXES["deploy_with"], AXES["package_as"])
    projects = [bake(ci=ci, deploy_with=deploy_with, package_as=package_as) for deploy_with, package_as in rows]
    paths = [project.path / name for project in projects]
    run(tool("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", *paths, cwd=ROOT)


@pytest.mark.parametrize("package_as", AXES["package_as"])
@pytest.mark.parametrize("deploy_with", AXES["deploy_with"])
def test_what_is_updated_by_itself_is_what_the_project_uses(bake: Bake, deploy_with: str, package_as: str) -> None:
    files = bake(ci="github", deploy_with=deploy_with, package_as=package_as).files()
    updates = yaml.safe_load(files[".github/dependabot.yml"])["updates"]
    sources = {"uv": "pyproject.toml", "github-actions": ".github/workflows/ci.yml"}
    sources |= {"docker": "Dockerfile", "npm": "package.json"}
    assert {each["package-ecosystem"] for each in updates} == {key for key, name in sources.items() if name in files}
    assert all(each["cooldown"]["default-days"] >= 7 for each in updates)


@pytest.mark.parametrize("deploy_with", AXES["deploy_with"])
def test_only_jobs_that_deploy_get_a_token_and_each_follows_the_one_before(bake: Bake, deploy_with: str) -> None:
    text = bake(ci="github", deploy_with=deploy_with).files()[".github/workflows/ci.yml"]
    jobs = yaml.safe_load(text)["jobs"]
    assert {name: (job.get("needs"), job.get("environment")) for name, job in jobs.items()} == {
        "check": (None, None),
        "deploy-dev": ("check", "dev"),
        "deploy-prod": ("deploy-dev", "prod"),
    }
    assert "permissions" not in jobs["check"]
    for stage in ("dev", "prod"):
        job = jobs[f"deploy-{stage}"]
        assert job["permissions"] == {"contents": "read", "id-token": "write"}
        assert job["if"] == "github.event_name == 'push' && github.ref == 'refs/heads/main'"
        assert job["concurrency"] == {"group": f"deploy-{stage}", "cancel-in-progress": False}
    assert "secrets." not in text


@pytest.mark.parametrize("deploy_with", AXES["deploy_with"])
def test_both_services_deploy_with_the_same_commands(bake: Bake, deploy_with: str) -> None:
    github = yaml.safe_load(bake(ci="github", deploy_with=deploy_with).files()[".github/workflows/ci.yml"])["jobs"]
    gitlab = yaml.safe_load(bake(ci="gitlab", deploy_with=deploy_with).files()[".gitlab-ci.yml"])
    for stage in ("dev", "prod"):
        job = f"deploy-{stage}"
        assert [step["run"] for step in github[job]["steps"] if "run" in step][-2:] == gitlab[job]["script"]
        assert (gitlab[job]["environment"], gitlab[job]["resource_group"]) == (stage, stage)
    assert gitlab["deploy-prod"]["rules"][0]["when"] == "manual"


def test_uv_has_one_version(bake: Bake) -> None:
    files = bake(ci="gitlab", package_as="container").files()
    found = [re.findall(r"astral-sh/uv:(\d+\.\d+\.\d+)", files[name]) for name in ("Dockerfile", ".gitlab-ci.yml")]
    assert found[0] == found[1] != []
