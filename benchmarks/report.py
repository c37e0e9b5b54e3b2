"""Make of `results.json` what shows it; the same figures give the same bytes.

    uv run python benchmarks/report.py

These are the plot `results.svg`, the tables in this folder's README.md, and the summary in the template's.
"""

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).resolve().parent
RESULTS = FOLDER / "results.json"
PLOT = FOLDER / "results.svg"
# The pages that show figures between two markers, and the templates of these.
PAGES = {FOLDER / "README.md": "tables.md.jinja", FOLDER.parent / "README.md": "summary.md.jinja"}
BEGIN, END = "<!-- benchmarks: begin -->\n", "<!-- benchmarks: end -->\n"

SECTIONS = ("generation", "green", "size", "starts")
SOURCES = ("http-api", "sqs", "eventbridge", "schedule", "s3")
VARIANTS = ("empty handler", "this template", "without bytecode", "plain", "plain with boto3")
PLOTTED = ("empty handler", "this template", "plain", "plain with boto3")
# The parts of the way to the first green check, in the order of the plot.
PARTS = {
    "engine": "Cookiecutter",
    "installer": "uv sync",
    "ruff": "ruff",
    "mypy": "mypy",
    "pytest": "pytest",
    "overhead": "uv run and poe",
}

Figures = dict[str, Any]


def figures(results: Figures, section: str) -> Figures:
    """Return the figures of `section`; there are none if it was never measured."""
    found: Figures = results.get(section, {}).get("figures", {})
    return found


def with_spread(spread: dict[str, float], digits: int) -> str:
    """Return a median, and in brackets the lowest and the highest figure if there were several."""
    middle, low, high = (f"{spread[name]:.{digits}f}" for name in ("median", "low", "high"))
    return f"{middle} ({low}-{high})" if spread["count"] > 1 else middle


def milliseconds(spread: dict[str, float] | None) -> str:
    """Return a median with its spread, as a cell of the table."""
    if spread is None:
        return "-"
    return with_spread(spread, digits=0 if spread["median"] >= 10 else 1)


def seconds(spread: dict[str, float]) -> str:
    """Return a median with its spread, as a cell of the table."""
    return with_spread(spread, digits=2)


def megabytes(size: int) -> str:
    """Return `size` in megabytes, as a cell of the table."""
    return f"{size / 1e6:.1f}"


def across(starts: Figures, source: str, variant: str, figure: str) -> str:
    """Return the lowest and the highest median of all Pythons, for a sentence."""
    medians = [measured[variant][figure]["median"] for measured in starts[source].values()]
    digits = 0 if min(medians) >= 10 else 1
    return f"{min(medians):.{digits}f} to {max(medians):.{digits}f} ms"


def circumstances(results: Figures) -> list[str]:
    """Return a line for each date and machine: what was measured then and there."""
    lines: dict[str, list[str]] = {}
    text = "{date}, {processor}, {cores} cores, {kernel}; uv {uv}, Cookiecutter {cookiecutter} on Python {python}"
    for section in SECTIONS:
        if section in results:
            lines.setdefault(text.format(**results[section]["circumstances"]), []).append(section)
    return [line if len(lines) == 1 else f"{', '.join(sections)}: {line}" for line, sections in lines.items()]


def bars(results: Figures) -> list[Figures]:
    """Return the bars of the plot: each variant of each event source, on the oldest Python."""
    starts = figures(results, "starts")
    rows = []
    for source in (source for source in SOURCES if source in starts):
        python = min(starts[source], key=lambda version: tuple(map(int, version.split("."))))
        variants = starts[source][python]
        bars = [{"name": name, **variants[name]["first_ms"]} for name in PLOTTED if name in variants]
        rows.append({"source": source, "python": python, "bars": bars})
    return rows


def render(results: Figures) -> dict[Path, str]:
    """Return the plot and the pages that show `results`, by file."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=False,  # noqa: S701 - Markdown; the plot escapes what it shows
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"milliseconds": milliseconds, "seconds": seconds, "megabytes": megabytes, "across": across}
    context = {section: figures(results, section) for section in SECTIONS} | {
        "circumstances": circumstances(results),
        "sources": SOURCES,
        "variants": VARIANTS,
        "parts": PARTS,
        "rows": bars(results),
    }
    pages = {
        page: between_markers(page, environment.get_template(name).render(context)) for page, name in PAGES.items()
    }
    return pages | {PLOT: environment.get_template("results.svg.jinja").render(context)}


def between_markers(page: Path, text: str) -> str:
    """Return `page` with `text` between its markers."""
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def write() -> None:
    """Write the plot and the pages."""
    for file, text in render(json.loads(RESULTS.read_text(encoding="utf-8"))).items():
        file.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
