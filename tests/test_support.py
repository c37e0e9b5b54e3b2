"""What the other tests rest on."""

import itertools
from pathlib import Path

import pytest

from helpers.support import AXES, HICCUP, met, pairwise, run


@pytest.mark.parametrize("keys", [list(AXES), ["deploy_with", "package_as", "event_source"], ["ci", "license"]])
def test_each_pair_of_values_meets(keys: list[str]) -> None:
    expected = {
        (one, value, other, its)
        for one, other in itertools.combinations([key for key in AXES if key in keys], 2)
        for value, its in itertools.product(AXES[one], AXES[other])
    }
    assert met(pairwise(*keys)) == expected


def test_there_are_no_more_combinations_than_the_longest_axes_need() -> None:
    *_, fewer, most = sorted(len(values) for values in AXES.values())
    assert len(pairwise()) == fewer * most


def test_the_defaults_come_first_and_then_the_other_extreme() -> None:
    first, second, *_ = pairwise()
    assert first == {key: values[0] for key, values in AXES.items()}
    assert second == {key: values[-1] for key, values in AXES.items()}


def test_a_hiccup_of_the_kernel_is_no_failure(tmp_path: Path) -> None:
    again = f"test -e tried || {{ touch tried; echo '{HICCUP}'; exit 1; }}; echo done"
    assert run("sh", "-c", again, cwd=tmp_path).output == "done\n"
