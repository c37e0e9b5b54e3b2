"""What the other tests rest on."""

import itertools
from pathlib import Path

import pytest

from helpers.rows import PIPELINES, PROJECTS, STACKS
from helpers.support import AXES, HICCUP, Answers, run


def pairs(rows: list[Answers]) -> set[frozenset[tuple[str, str]]]:
    """Return the pairs of values that meet in `rows`, each with its answer."""
    return {frozenset(pair) for row in rows for pair in itertools.combinations(row.items(), 2)}


@pytest.mark.parametrize("rows", [PROJECTS, STACKS], ids=["projects", "stacks"])
def test_each_pair_of_values_meets(rows: list[Answers]) -> None:
    all_rows = [
        dict(zip(rows[0], values, strict=True)) for values in itertools.product(*(AXES[key] for key in rows[0]))
    ]
    assert pairs(rows) == pairs(all_rows)


def test_each_pair_but_those_of_event_sources_meets_in_a_pipeline() -> None:
    assert pairs(PIPELINES) >= {pair for pair in pairs(PROJECTS) if "event_source" not in dict(pair)}
    assert {row["event_source"] for row in PIPELINES} == set(AXES["event_source"])


def test_projects_have_every_answer() -> None:
    assert list(PROJECTS[0]) == list(AXES)


def test_defaults_come_first_and_then_the_other_extreme() -> None:
    first, second, *_ = PROJECTS
    assert first == {key: values[0] for key, values in AXES.items()}
    assert second == {key: values[-1] for key, values in AXES.items()}


def test_a_hiccup_of_the_kernel_is_no_failure(tmp_path: Path) -> None:
    again = f"test -e tried || {{ touch tried; echo '{HICCUP}'; exit 1; }}; echo done"
    assert run("sh", "-c", again, cwd=tmp_path).output == "done\n"
