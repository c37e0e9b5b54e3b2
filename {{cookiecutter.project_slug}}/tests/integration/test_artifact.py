import json
import subprocess
import sys
from pathlib import Path

import pytest

from bundle import PROJECT, BundleError, build, check_size
from constants import PACKAGE
from invoke import local_environment


def snapshot(folder: Path) -> dict[str, int]:
    """Return every file of `folder` with its time of change."""
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_every_module_is_compiled(artifact: Path) -> None:
    tag = sys.implementation.cache_tag
    sources = [path for path in artifact.rglob("*.py") if path.stat().st_size]
    assert artifact / PACKAGE / "handler.py" in sources
    assert [path for path in sources if not (path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc").exists()] == []


def test_the_import_writes_nothing_and_reads_nothing_from_elsewhere(artifact: Path) -> None:
    before = snapshot(artifact)
    code = f"import sys, json, {PACKAGE}.handler; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=artifact,
        env=local_environment() | {"AWS_DEFAULT_REGION": "eu-central-1"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert f"{PACKAGE}.handler" in json.loads(done.stdout)
    assert snapshot(artifact) == before


def test_another_python_than_the_runtimes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".python-version").write_text("2.7.18\n", encoding="utf-8")
    monkeypatch.setattr("bundle.PROJECT", tmp_path)
    with pytest.raises(BundleError, match=r"the function's is 2\.7"):
        build(tmp_path / "function", None, with_zip=False)


def test_a_folder_of_yours_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(BundleError, match="not empty"):
        build(tmp_path, None, with_zip=False)
    assert (tmp_path / "thesis.txt").exists()


def test_no_way_around_leads_out_of_the_build_folder(tmp_path: Path) -> None:
    sources = PROJECT / "src" / PACKAGE
    (tmp_path / "link").symlink_to(sources)
    for output in (PROJECT / ".build" / ".." / "src" / PACKAGE, tmp_path / "link"):
        with pytest.raises(BundleError, match="not empty"):
            build(output, None, with_zip=False)
    assert (sources / "handler.py").exists()


def test_an_archive_of_yours_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "new.zip").write_text("mine", encoding="utf-8")
    with pytest.raises(BundleError, match="exists already"):
        build(tmp_path / "new", None, with_zip=True)
    assert (tmp_path / "new.zip").read_text(encoding="utf-8") == "mine"


def test_the_builders_environment_does_not_change_the_artifact(
    artifact: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_COMPILE_BYTECODE", "1")
    build(tmp_path / "again", None, with_zip=True)
    assert (tmp_path / "again.zip").read_bytes() == artifact.with_name("function.zip").read_bytes()


def test_what_is_too_large_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "heavy").mkdir()
    with (tmp_path / "heavy" / "data").open("wb") as file:
        file.truncate(251 * 1024 * 1024)
    with pytest.raises(BundleError, match="heavy 251 MiB"):
        check_size(tmp_path)
