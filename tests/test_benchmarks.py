"""The README and the plot show what was measured, and nothing else."""

import json
import sys
import xml.etree.ElementTree as ET

import pytest

import report
from helpers.support import ROOT, run


@pytest.fixture(scope="module")
def results() -> report.Figures:
    measured: report.Figures = json.loads(report.RESULTS.read_text(encoding="utf-8"))
    return measured


def test_everything_is_measured(results: report.Figures) -> None:
    assert set(results) == set(report.SECTIONS)


def test_the_readme_shows_what_was_measured(results: report.Figures) -> None:
    table, _ = report.render(results)
    readme = report.README.read_text(encoding="utf-8")
    assert readme == report.in_readme(readme, table), "run `uv run python benchmarks/report.py`"


def test_the_plot_shows_what_was_measured(results: report.Figures) -> None:
    _, plot = report.render(results)
    assert report.PLOT.read_text(encoding="utf-8") == plot, "run `uv run python benchmarks/report.py`"


def test_the_plot_is_an_image(results: report.Figures) -> None:
    _, plot = report.render(results)
    assert ET.fromstring(plot).tag.endswith("svg")  # noqa: S314 - it comes from this repository


@pytest.mark.parametrize("section", report.SECTIONS)
def test_what_was_not_measured_is_not_shown(results: report.Figures, section: str) -> None:
    table, plot = report.render({name: measured for name, measured in results.items() if name != section})
    assert (table, plot) != report.render(results)


@pytest.mark.matrix
def test_the_memory_that_a_large_object_needs_is_measured() -> None:
    measured = run(sys.executable, "benchmarks/s3_memory.py", "--megabytes", "1", cwd=ROOT).output
    assert "goal: by less than 64 MiB" in measured
