"""The same project comes out, whatever generates it: cookiecutter with and without hooks, cruft, the SAM CLI."""

import json
from pathlib import Path

import pytest

from helpers.history import files_of
from helpers.sources import expected
from helpers.support import AXES, ROOT, UV, Bake, run, tool

SAM_CLI = "aws-sam-cli~=1.152"


@pytest.fixture
def reference(bake: Bake) -> dict[str, str]:
    """The files of the default project."""
    return files_of(bake().path)


def test_hooks_change_nothing(tmp_path: Path, reference: dict[str, str]) -> None:
    run(tool("cookiecutter"), str(ROOT), "--no-input", "--accept-hooks", "no", "-o", str(tmp_path), cwd=tmp_path)
    assert files_of(tmp_path / "my-lambda-service") == reference


def test_generation_says_what_was_made_and_what_to_do_next(tmp_path: Path) -> None:
    done = run(tool("cookiecutter"), str(ROOT), "--no-input", "-o", str(tmp_path), "python_version=3.11", cwd=tmp_path)
    chosen = [AXES["deploy_with"][0], AXES["package_as"][0], "python3.11", "arm64", AXES["event_source"][0]]
    assert f"Created my-lambda-service: {', '.join(chosen)}." in done.output
    commands = [line.strip() for line in done.output.splitlines() if line.startswith("  ")]
    assert commands == ["cd my-lambda-service", "git init && git add -A", "uv sync", "uv run poe check"]


def test_nothing_is_overwritten_unless_asked(tmp_path: Path) -> None:
    (tmp_path / "my-lambda-service").mkdir()
    (tmp_path / "my-lambda-service" / "thesis.txt").write_text("mine", encoding="utf-8")
    done = run(tool("cookiecutter"), str(ROOT), "--no-input", "-o", str(tmp_path), cwd=tmp_path, expect=1)
    assert "already exists" in done.output
    assert [path.name for path in (tmp_path / "my-lambda-service").iterdir()] == ["thesis.txt"]


def test_cruft_creates_the_same_project(tmp_path: Path, template: Path, reference: dict[str, str]) -> None:
    run(tool("cruft"), "create", str(template), "--no-input", cwd=tmp_path)
    created = files_of(tmp_path / "my-lambda-service")
    assert json.loads(created.pop(".cruft.json"))["context"]["cookiecutter"]["python_version"] == "3.10"
    assert created == reference


def test_the_sam_cli_creates_the_same_project(tmp_path: Path, reference: dict[str, str]) -> None:
    run(
        *(UV, "tool", "run", "--from", SAM_CLI, "sam", "init", "--no-input"),
        *("--location", str(ROOT), "--output-dir", str(tmp_path)),
        cwd=tmp_path,
        AWS_DEFAULT_REGION="eu-central-1",
    )
    assert files_of(tmp_path / "my-lambda-service") == reference


def test_the_sam_cli_names_a_wrong_answer_in_one_line(tmp_path: Path) -> None:
    done = run(
        *(UV, "tool", "run", "--quiet", "--from", SAM_CLI, "sam", "init", "--no-input", "--location", str(ROOT)),
        *("--output-dir", str(tmp_path), "--extra-context", '{"project_slug": "json"}'),
        cwd=tmp_path,
        expect=1,
        AWS_DEFAULT_REGION="eu-central-1",
    )
    assert 'project_slug: "json" would shadow a module of the standard library' in done.output
    assert "Traceback" not in done.output
    assert list(tmp_path.iterdir()) == []


# What `sam local generate-event` calls the events that it knows; where it has none, AWS's documentation is the source.
GENERATED: dict[str, list[str]] = {each: expected(each).get("generated", []) for each in AXES["event_source"]}
# Maps whose keys are the sender's own.
DATA = {
    "headers",
    "queryStringParameters",
    "pathParameters",
    "stageVariables",
    "claims",
    "MessageAttributes",
    "Keys",
    "NewImage",
    "OldImage",
}


def missing_keys(expected: object, found: object, path: str = "") -> list[str]:
    """Return the keys of `expected` that `found` lacks, as paths."""
    if isinstance(expected, list) and isinstance(found, list) and expected and found:
        return missing_keys(expected[0], found[0], path)
    if not isinstance(expected, dict):
        return []
    if not isinstance(found, dict):
        return [path]
    lacking = [f"{path}.{key}" for key in expected.keys() - found.keys()]
    shared = (expected.keys() & found.keys()) - DATA
    return lacking + [lack for key in shared for lack in missing_keys(expected[key], found[key], f"{path}.{key}")]


@pytest.mark.parametrize("event_source", [source for source, names in GENERATED.items() if names])
def test_sample_events_have_the_keys_that_the_sam_cli_knows(tmp_path: Path, event_source: str) -> None:
    done = run(
        *(UV, "tool", "run", "--quiet", "--from", SAM_CLI, "sam", "local", "generate-event"),
        *GENERATED[event_source],
        cwd=tmp_path,
    )
    expected = json.loads(done.output[done.output.index("{") :])
    events = ROOT / "templates" / "event_source" / event_source / "events"
    sample = json.loads((events / "order.json").read_text(encoding="utf-8"))
    assert missing_keys(expected, sample) == []
