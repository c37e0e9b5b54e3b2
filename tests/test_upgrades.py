"""A project follows its template: later releases and other answers arrive, and what its users have changed stays."""

import json
import re
from pathlib import Path

import pytest
import tomli

from helpers.history import SLUG, commit_all, create, create_with_cruft, edit, files_of, release, update
from helpers.support import AXES, ROOT, Answers, Bake, Project, run, shared, tool

# What each of these answers is changed to, with the other answers as they are.
CHANGES = [{key: value} for key, values in AXES.items() for value in values[1:]] + [
    {"project_name": "Other Orders", "project_slug": SLUG},
    {"description": 'Prices orders, and "nothing" else.'},
    {"author": "The Other Team"},
]
# The answers that change files of the sample.
IN_THE_SAMPLE = {"event_source", "idempotency", "storage"}
# Projects that differ in as much as they can.
PROJECTS: list[Answers] = [
    {},
    {
        "deploy_with": "cdk-python",
        "event_source": "sqs",
        "idempotency": "true",
        "type_checker": "pyrefly",
        "ci": "gitlab",
    },
    {"deploy_with": "cdk-typescript", "package_as": "container", "event_source": "schedule", "python_version": "3.14"},
    {"package_as": "container", "event_source": "s3", "python_version": "3.12", "ci": "none", "license": "Proprietary"},
]
SERVICE = "src/my_lambda_service/service.py"
OBSERVABILITY = "src/my_lambda_service/observability.py"
PRODUCT = ('"BAG-001": 4900', '"BAG-001": 4900, "CAP-001": 990')


def use(project: Path) -> None:
    """Change what users change: the business logic, the README, the dependencies."""
    edit(project / SERVICE, *PRODUCT)
    edit(project / "README.md", "## Layout", "## Our team\n\nWe answer on weekdays.\n\n## Layout")
    pydantic = '    "pydantic>=2.11,<3", # validation; explains each invalid field\n'
    edit(project / "pyproject.toml", pydantic, f'{pydantic}    "tzdata>=2025.1",\n')
    commit_all(project, "Sell caps, name the team, know time zones")


def used(files: dict[str, str]) -> bool:
    """Say whether what users have changed is there."""
    return (
        PRODUCT[1] in files[SERVICE]
        and "We answer on weekdays." in files["README.md"]
        and '"tzdata>=2025.1"' in files["pyproject.toml"]
    )


def undo(project: Path) -> None:
    """Take back what `use` has changed."""
    edit(project / SERVICE, *reversed(PRODUCT))
    edit(project / "README.md", "## Our team\n\nWe answer on weekdays.\n\n", "")
    edit(project / "pyproject.toml", '    "tzdata>=2025.1",\n', "")


def sample_files(project: Path) -> list[str]:
    """Return the files of the sample, which an update leaves alone."""
    settings = tomli.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    found = {each: list(project.glob(each)) for each in settings["tool"]["cruft"]["skip"]}
    assert [each for each, paths in found.items() if not paths] == []
    return [path.relative_to(project).as_posix() for paths in found.values() for path in paths]


def update_sample_too(project: Path) -> None:
    """Delete what keeps updates from the files of the sample, as docs/upgrade.md says."""
    path = project / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"\[tool\.cruft\].*?\n\]\n\n", "", text, flags=re.DOTALL), encoding="utf-8")


def check_no_conflict(files: dict[str, str]) -> None:
    assert not [name for name in files if name.endswith((".rej", ".orig"))]
    assert not [name for name, text in files.items() if "<<<<<<<" in text or ">>>>>>>" in text]


def check_merge(project: Path, fresh: Path, *kept: str) -> None:
    """Assert that `project` equals the new project `fresh`, plus what its users have changed, but for `kept`."""
    files = files_of(project)
    check_no_conflict(files)
    assert used(files)
    undo(project)
    merged, expected = files_of(project), files_of(fresh)
    assert merged.keys() - {".cruft.json"} == expected.keys()
    assert {name for name in expected if merged[name] != expected[name]} == set(kept)


def make_next_release(template: Path) -> None:
    """Release a change of what projects hold, with a filter that the first release does not have."""
    filter_code = 'def shout(text: str) -> str:\n    """Return `text`, louder."""\n    return text.upper()\n\n\n'
    edit(template / "lambda_python_answers.py", "FILTERS = {", f'{filter_code}FILTERS = {{"shout": shout}} | {{')
    edit(template / "cookiecutter.json", "|suggest_slug", "|shout|suggest_slug")
    edit(template / "templates" / "licenses" / "MIT", "MIT License", "{{ 'MIT license'|shout }}")
    edit(template / "templates" / "readme" / "start.md", "## Start", "## Begin")
    edit(template / "templates" / "pyproject" / "dependencies.toml", "# runs the tests\n", "# runs all tests\n")
    inside = template / "{{cookiecutter.project_slug}}"
    edit(
        inside / "src" / "{{cookiecutter.__package}}" / "service.py",
        "order lines name unknown products.",
        "no such products.",
    )
    edit(inside / "src" / "{{cookiecutter.__package}}" / "observability.py", "in one place", "in a single place")
    (inside / "NOTES.md").write_text("# Notes\n", encoding="utf-8")
    (inside / ".gitattributes").unlink()
    release(template, "v0.2.0")


@pytest.mark.parametrize("answers", PROJECTS, ids=lambda answers: "-".join(answers.values()) or "default")
def test_the_next_release_arrives_and_edits_stay(tmp_path: Path, template: Path, answers: Answers) -> None:
    project = create_with_cruft(template, tmp_path, **answers)
    use(project)
    make_next_release(template)
    update(project)
    check_merge(project, create(template, tmp_path / "new", **answers), SERVICE)


def test_a_project_can_take_changes_of_the_sample(tmp_path: Path, template: Path) -> None:
    project = create_with_cruft(template, tmp_path)
    update_sample_too(project)
    use(project)
    make_next_release(template)
    update(project)
    fresh = create(template, tmp_path / "new")
    update_sample_too(fresh)
    check_merge(project, fresh)


def replace_domain(project: Path) -> None:
    """Replace orders by links, wherever a user would, with another service; delete a test of the sample."""
    for name in files_of(project):
        if name.startswith(("events/", "src/", "tests/")) or name in {"README.md", "infra/project.py", "template.yaml"}:
            text = (project / name).read_text(encoding="utf-8").replace("Order", "Link").replace("order", "link")
            (project / name).unlink()
            (project / name.replace("order", "link")).write_text(text, encoding="utf-8")
    (project / SERVICE).write_text('"""Shortens links."""\n', encoding="utf-8")
    (project / "tests" / "unit" / "test_models.py").unlink()
    edit(project / "src" / "my_lambda_service" / "settings.py", "class Settings(", "class LinkSettings(")
    commit_all(project, "Shorten links")


def make_release_of_sample(template: Path, sample: list[str]) -> None:
    """Release a change of each file of the sample, and of the rest of a project."""
    inside = template / "{{cookiecutter.project_slug}}"
    for name in sample:
        path = inside / name.replace("my_lambda_service", "{{cookiecutter.__package}}")
        with path.open("a", encoding="utf-8") as file:
            file.write("\n# Another line.\n" if name.endswith(".py") else "\n")
    make_next_release(template)


@pytest.mark.parametrize("answers", PROJECTS, ids=lambda answers: "-".join(answers.values()) or "default")
def test_a_release_fits_a_project_with_another_domain(tmp_path: Path, template: Path, answers: Answers) -> None:
    project = create_with_cruft(template, tmp_path, **answers)
    sample = sample_files(project)
    replace_domain(project)
    before = files_of(project)
    make_release_of_sample(template, sample)
    update(project)
    after = files_of(project)
    check_no_conflict(after)
    assert set(sample) - before.keys() == set(sample) - after.keys() != set()
    assert {name: before.get(name) for name in sample} == {name: after.get(name) for name in sample}
    assert before.keys() ^ after.keys() == {".gitattributes", "NOTES.md"}
    changed = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    expected = {".cruft.json", "README.md", "pyproject.toml", OBSERVABILITY}
    assert changed - {"LICENSE"} == expected
    assert "## Begin" in after["README.md"]
    assert "# runs all tests" in after["pyproject.toml"]


@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_sample_files_are_those_of_the_sample(bake: Bake, event_source: str) -> None:
    files = sample_files(bake(event_source=event_source).path)
    assert {name.partition("/")[0] for name in files} == {"events", "src", "tests"}
    assert SERVICE in files
    assert OBSERVABILITY not in files


@pytest.mark.matrix
def test_an_updated_project_passes_its_checks(tmp_path: Path, template: Path, environments: Path) -> None:
    # Others are the same as new projects, and what users have changed: `test_the_next_release_arrives_and_edits_stay`.
    path = create_with_cruft(template, tmp_path, type_checker="pyrefly")
    use(path)
    make_next_release(template)
    update(path)
    project = Project(path, {}, shared(environments, {}))
    project.uv("sync")
    project.run("git", "add", "--all")
    assert "Total coverage: 100.00%" in project.poe("check").output


CHECK = " && uv run poe check\n"
# What each deployment, and each package, has of a runtime.
OLD_PROJECTS: list[Answers] = [
    {},
    {"deploy_with": "cdk-python", "event_source": "sqs", "type_checker": "pyrefly"},
    {"package_as": "container", "event_source": "eventbridge", "type_checker": "pyrefly"},
]


@pytest.mark.matrix
@pytest.mark.parametrize("answers", OLD_PROJECTS, ids=lambda answers: "-".join(answers.values()) or "default")
def test_a_project_leaves_its_runtime_as_documented(
    tmp_path: Path, template: Path, environments: Path, answers: Answers
) -> None:
    path = create_with_cruft(template, tmp_path, **answers)
    use(path)
    project = Project(path, answers, shared(environments, answers))
    project.uv("sync")
    commit_all(path, "Lock")
    page = (path / "docs" / "upgrade.md").read_text(encoding="utf-8")
    (commands,) = re.findall(r"```sh\n(uvx [^`]*? cruft update [^`]*?--variables-to-update.*?)```", page, re.DOTALL)
    # The command would ask whether to apply what it has found.
    answered = commands.replace("cruft update", "cruft update --skip-apply-ask").replace("vX.Y.Z", "v0.1.0")
    assert answered != commands
    assert answered.endswith(CHECK)
    project = project.within(shared(environments, answers | {"python_version": "3.14"}))
    # Others than the defaults are the same as new projects afterwards, so only those are checked.
    project.run("bash", "-euc", answered.removesuffix(CHECK) if answers else answered)
    names = project.run("git", "ls-files", "--cached", "--others", "--exclude-standard").output.splitlines()
    others = {"uv.lock", "infra/wheels.py"}  # which knows the C library of each runtime
    found = {name: (path / name).read_text(encoding="utf-8") for name in names if name not in others}
    assert [name for name, text in found.items() if re.search(r"3\.10\b|py(thon)?310", text)] == []
    assert used(found)
    assert project.uv("run", "python", "-c", "import sys; print(*sys.version_info[:2])").output.split() == ["3", "14"]
    if not answers:
        project.poe("validate")
        project.poe("build")
        # The emulator starts the function on the interpreter that runs the tests.
        invoked = project.uv("run", "pytest", "--no-cov", "-rA", "tests/integration/test_function.py").output
        assert " passed" in invoked
        assert "skipped" not in invoked
    (path / "uv.lock").unlink()
    project.run("git", "clean", "--quiet", "-dfX")  # what the tools have made
    check_merge(path, create(template, tmp_path / "new", **answers, python_version="3.14"))


def test_pages_name_a_release_for_cruft(bake: Bake) -> None:
    # Without one, cruft takes the newest commit; on Python before 3.11, it fails to read pyproject.toml.
    ours = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/platform-teams.md")]
    pages = [bake().files()["docs/upgrade.md"], *ours]
    found = [line.strip() for page in pages for line in page.splitlines()]
    lines = [line for line in found if line.startswith("uvx") and " cruft " in line]
    assert [line for line in lines if "--checkout " not in line] == []
    assert [line for line in lines if " update " in line and "--python" not in line] == []
    assert [line for line in lines if " gh:" in line] == []  # only cookiecutter knows that abbreviation
    assert len(lines) >= 10


@pytest.mark.parametrize("changed", CHANGES, ids=lambda changed: "=".join(next(iter(changed.items()))))
def test_another_answer_arrives_and_edits_stay(tmp_path: Path, template: Path, changed: Answers) -> None:
    project, fresh = create_with_cruft(template, tmp_path), create(template, tmp_path / "new", **changed)
    if changed.keys() & IN_THE_SAMPLE:
        update_sample_too(project)
        update_sample_too(fresh)
    use(project)
    update(project, **changed)
    check_merge(project, fresh)


def test_a_project_made_without_cruft_can_follow_later(tmp_path: Path, template: Path) -> None:
    project = create(template, tmp_path, event_source="sqs")
    run("git", "init", "--quiet", cwd=project)
    commit_all(project, "Start")
    use(project)
    make_next_release(template)
    options = ["--no-input", "--checkout", "v0.1.0", "--extra-context", json.dumps({"event_source": "sqs"})]
    run(tool("cruft"), "link", str(template), *options, cwd=project)
    commit_all(project, "Follow the template")
    update(project)
    check_merge(project, create(template, tmp_path / "new", event_source="sqs"), SERVICE)


def test_next_steps_are_printed_at_creation_only(tmp_path: Path, template: Path) -> None:
    created = run(tool("cookiecutter"), str(template), "--no-input", "-o", str(tmp_path / "other"), cwd=tmp_path)
    followed = run(tool("cruft"), "create", str(template), "--no-input", cwd=tmp_path)
    assert [done.output.count("Next steps:") for done in (created, followed)] == [1, 1]
    project = tmp_path / SLUG
    run("git", "init", "--quiet", cwd=project)
    commit_all(project, "Start")
    answers = json.dumps({"license": "Apache-2.0"})
    updated = run(tool("cruft"), "update", "--skip-apply-ask", "--variables-to-update", answers, cwd=project)
    compared = run(tool("cruft"), "diff", cwd=project)
    assert "Apache License" in files_of(project)["LICENSE"]
    assert [done.output.count("Next steps:") for done in (updated, compared)] == [0, 0]


def test_answers_can_be_replayed_within_a_release(tmp_path: Path, template: Path) -> None:
    first = files_of(create(template, tmp_path / "first", event_source="s3", python_version="3.13"))
    replay = ["--replay", "--output-dir", str(tmp_path / "second")]
    run(tool("cookiecutter"), str(template), *replay, cwd=tmp_path)
    assert files_of(Project(tmp_path / "second" / SLUG, {}).path) == first
