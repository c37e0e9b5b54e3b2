"""Lambda's dates for its runtimes: where they come from, where they are shown, and when they are a warning."""

import json
import re
import shutil
from datetime import date
from importlib.resources import files

import pytest

import lambda_python_answers
from lambda_python_answers import NEWEST, RUNTIMES, warn_if_deprecated

from helpers.support import AXES, COOKIECUTTER_JSON, Bake

LIFECYCLE = files("cfnlint.data.AdditionalSpecs").joinpath("LmbdRuntimeLifecycle.json")


def on(day: str) -> type[date]:
    """Return a `date` for which it is `day`."""

    class Frozen(date):
        @classmethod
        def today(cls) -> "Frozen":
            return cls.fromisoformat(day)

    return Frozen


def test_the_table_has_a_row_for_each_choice_and_no_other() -> None:
    assert list(RUNTIMES) == AXES["python_version"]


@pytest.mark.parametrize("version", RUNTIMES)
def test_the_dates_are_those_that_cfn_lint_knows(version: str) -> None:
    known = json.loads(LIFECYCLE.read_text(encoding="utf-8"))[f"python{version}"]
    runtime = RUNTIMES[version]
    assert str(runtime.deprecated) == known["deprecated"]
    assert str(runtime.create_blocked) == known["create-block"]
    assert str(runtime.update_blocked) == known["update-block"]


@pytest.mark.parametrize("version", RUNTIMES)
def test_the_label_of_each_choice_says_its_dates(version: str) -> None:
    runtime = RUNTIMES[version]
    assert COOKIECUTTER_JSON["__prompts__"]["python_version"][version] == (
        f"{version} (deprecated {runtime.deprecated}, creation blocked {runtime.create_blocked}, "
        f"updates blocked {runtime.update_blocked})"
    )


@pytest.mark.parametrize("version", RUNTIMES)
def test_readme_has_the_dates_of_the_runtime(bake: Bake, version: str) -> None:
    readme = bake(python_version=version).files()["README.md"]
    assert all(str(day) in readme for day in RUNTIMES[version][:3])


@pytest.mark.parametrize("version", RUNTIMES)
def test_upgrade_page_has_the_dates_of_newer_runtimes(bake: Bake, version: str) -> None:
    page = bake(python_version=version).files()["docs/upgrade.md"]
    rows = re.findall(r"^\| Python (\S+) \| (\S+) \| (\S+) \| (\S+) \|$", page, re.MULTILINE)
    newer = list(RUNTIMES)[list(RUNTIMES).index(version) :]
    assert rows == [(each, *map(str, RUNTIMES[each][:3])) for each in newer]
    assert ("--variables-to-update" in page) == (version != NEWEST)


@pytest.mark.parametrize(
    ("version", "day", "is_warned"),
    [
        ("3.10", "2026-10-30", False),
        ("3.10", "2026-10-31", True),
        ("3.11", "2027-06-29", False),
        ("3.11", "2027-06-30", True),
        ("3.14", "2029-06-30", True),
    ],
)
def test_a_runtime_past_its_date_is_a_warning_by_the_users_clock(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    version: str,
    day: str,
    is_warned: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    monkeypatch.setattr(lambda_python_answers, "date", on(day))
    assert warn_if_deprecated(version, "zip") == version
    warning = capsys.readouterr().err
    assert warning.startswith("Warning: ") == is_warned
    assert (str(RUNTIMES[version].update_blocked) in warning) == is_warned
    assert warn_if_deprecated(version, "container") == version
    assert ("can still be deployed but receive no patches" in capsys.readouterr().err) == is_warned


@pytest.mark.parametrize(
    ("version", "day", "says"),
    [
        ("3.10", "2026-11-24", "Lambda deprecated python3.10 on 2026-10-31"),
        ("3.11", "2026-11-24", "Lambda deprecates python3.11 on 2027-06-30"),
        ("3.11", "2027-07-01", "Lambda deprecated python3.11 on 2027-06-30"),
        ("3.14", "2026-11-24", ""),
    ],
)
def test_the_closing_message_tells_dates_that_are_near(
    bake: Bake,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    version: str,
    day: str,
    says: str,
) -> None:
    monkeypatch.setattr("datetime.date", on(day))  # the hook runs in this process
    bake(python_version=version)
    message = capsys.readouterr().out
    assert "Next steps:" in message
    assert says in message
    assert message.isascii()
    assert ("updates blocked from" in message) == bool(says)


def test_what_is_rendered_does_not_depend_on_the_day(bake: Bake, monkeypatch: pytest.MonkeyPatch) -> None:
    today = bake(python_version="3.11").files()
    monkeypatch.setattr("datetime.date", on("2031-01-01"))
    assert bake(python_version="3.11").files() == today


# Where each deployment describes the function.
FUNCTION = {"sam": "template.yaml", "cdk-python": "infra/function.py", "cdk-typescript": "infra/function.ts"}


@pytest.mark.parametrize("version", AXES["python_version"])
@pytest.mark.parametrize("deploy_with", AXES["deploy_with"])
def test_snapshots_are_offered_where_lambda_takes_them(bake: Bake, deploy_with: str, version: str) -> None:
    for package_as in AXES["package_as"]:
        project = bake(deploy_with=deploy_with, package_as=package_as, python_version=version)
        offered = package_as == "zip" and AXES["python_version"].index(version) >= AXES["python_version"].index("3.12")
        assert ("SnapStart" in project.files()[FUNCTION[deploy_with]]) == offered
        assert ("**SnapStart**" in project.files()["docs/deploy.md"]) == offered
        shutil.rmtree(project.path)
