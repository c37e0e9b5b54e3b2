"""The pages and the plot show what was measured, and nothing else."""

import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import report
from helpers.support import ROOT, run


@pytest.fixture(scope="module")
def results() -> report.Figures:
    measured: report.Figures = json.loads(report.RESULTS.read_text(encoding="utf-8"))
    return measured


def test_everything_is_measured(results: report.Figures) -> None:
    assert set(results) == set(report.SECTIONS)


@pytest.mark.parametrize("file", [*report.PAGES, report.PLOT], ids=lambda file: str(file.relative_to(ROOT)))
def test_what_was_measured_is_shown(results: report.Figures, file: Path) -> None:
    shown = file.read_text(encoding="utf-8")
    assert shown == report.render(results)[file], "run `uv run python benchmarks/report.py`"


def test_the_plot_is_an_image(results: report.Figures) -> None:
    plot = report.render(results)[report.PLOT]
    assert ET.fromstring(plot).tag.endswith("svg")  # noqa: S314 - it comes from this repository


@pytest.mark.parametrize("section", report.SECTIONS)
def test_what_was_not_measured_is_not_shown(results: report.Figures, section: str) -> None:
    rest = {name: measured for name, measured in results.items() if name != section}
    assert report.render(rest) != report.render(results)


@pytest.mark.matrix
def test_the_memory_that_a_large_object_needs_is_measured() -> None:
    measured = run(sys.executable, "benchmarks/s3_memory.py", "--megabytes", "1", cwd=ROOT).output
    assert "goal: by less than 64 MiB" in measured
