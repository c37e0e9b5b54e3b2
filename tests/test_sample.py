"""The sample steps aside: an owner renames its events, and changes the tests that mean them and one line."""

import re

import pytest

from helpers.sources import expected
from helpers.support import AXES, Bake

# Who names a sample event: the one line that says which is the sample, and the tests that mean it.
TESTS = ("tests/integration/test_function.py", "tests/unit/test_handler.py")
NAMING = ("infra/project.py", *TESTS)
# What says "order" for good: words of another meaning, and the list of the sample's files.
NEUTRAL = ("import order", "another order", "their order", "The order of preference", "orders.py")


@pytest.mark.parametrize("event_source", AXES["event_source"])
@pytest.mark.parametrize("package_as", AXES["package_as"])
def test_scripts_and_pipelines_do_not_know_the_sample(bake: Bake, event_source: str, package_as: str) -> None:
    files = bake(event_source=event_source, package_as=package_as, idempotency="true").files()
    found = {
        f"{name}: {line}"
        for name, text in files.items()
        if name.startswith((".github/", "scripts/", "infra/", "tests/integration/", "pyproject"))
        for line in text.splitlines()
        if "order" in line.lower() and not any(words in line for words in NEUTRAL)
    }
    assert [each for each in found if not each.startswith(NAMING[:2])] == []


@pytest.mark.matrix
@pytest.mark.parametrize("event_source", ["http-api", "s3"])
def test_a_sample_event_takes_another_name(bake: Bake, event_source: str) -> None:
    project = bake(event_source=event_source)
    for path in (project.path / "events").glob("*order.json*"):
        path.rename(path.with_name(path.name.replace("order", "link")))
    for name in NAMING:
        path = project.path / name
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r'"(invalid-)?order(\.json)?"', r'"\1link\2"', text), encoding="utf-8")
    project.run("git", "init", "--quiet")
    project.run("git", "add", "--all")
    project.uv("sync")
    project.poe("lint")
    assert " passed" in project.uv("run", "pytest", "--no-cov", *TESTS).output
    assert expected(event_source)["invoked"] in project.poe("invoke").output
    assert "Slowest imports" in project.poe("bench", "--starts", "1").output


@pytest.mark.parametrize("deploy_with", AXES["deploy_with"])
def test_readme_lists_where_the_settings_are(bake: Bake, deploy_with: str) -> None:
    files = bake(deploy_with=deploy_with).files()
    change = files["README.md"].partition("\n## Change it\n")[2].partition("\n\n**")[0]
    (pattern,) = re.findall('git grep -inE "(.*?)"', change)
    places = {name for name, text in files.items() if re.search("(?i)free_?shipping", text)}
    places = {name for name in places if not name.startswith(("tests/", "docs/", "README"))}
    missing = {name for name in places if name.rpartition("/")[2] not in change}
    assert missing <= {f"infra/function.{'ts' if deploy_with == 'cdk-typescript' else 'py'}"}
    assert all(re.search(pattern, files[name], re.IGNORECASE) for name in places)
