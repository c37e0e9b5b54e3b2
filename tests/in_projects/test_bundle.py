"""The bundler refuses what would be lost or wrong, in one line."""

from pathlib import Path

import pytest

from infra.bundle import BundleError, build, check_size, check_syntax
from infra.project import PACKAGE, PROJECT


def test_other_python_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".python-version").write_text("2.7.18\n", encoding="utf-8")
    monkeypatch.setattr("infra.bundle.PROJECT", tmp_path)
    with pytest.raises(BundleError, match=r"\.python-version says 2\.7; use `uv run`"):
        build(tmp_path / "function", "x86_64-manylinux2014")


def test_own_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(BundleError, match="exists already"):
        build(tmp_path, None)
    assert (tmp_path / "thesis.txt").exists()


def test_no_path_leaves_the_build_folder(tmp_path: Path) -> None:
    sources = PROJECT / "src" / PACKAGE
    (tmp_path / "link").symlink_to(sources)
    for output in (PROJECT / ".build" / ".." / "src" / PACKAGE, tmp_path / "link"):
        with pytest.raises(BundleError, match="exists already"):
            build(output, None)
    assert (sources / "handler.py").exists()


@pytest.mark.parametrize("with_zip", [True, False])
def test_own_archive_is_not_replaced(tmp_path: Path, *, with_zip: bool) -> None:
    (tmp_path / "new.zip").write_text("mine", encoding="utf-8")
    with pytest.raises(BundleError, match=r"new\.zip exists already"):
        build(tmp_path / "new", None, with_zip=with_zip)
    assert (tmp_path / "new.zip").read_text(encoding="utf-8") == "mine"


def test_too_large_package_names_largest(tmp_path: Path) -> None:
    (tmp_path / "heavy").mkdir()
    with (tmp_path / "heavy" / "data").open("wb") as file:
        file.truncate(251 * 1024 * 1024)
    with pytest.raises(BundleError, match=r"exceeds Lambda's 250 MiB; largest: heavy 251 MiB"):
        check_size(tmp_path)


@pytest.mark.parametrize("content", [b"if\n", b"x = 1\0\n", b"\xff\n"])
def test_unreadable_module_is_named(content: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("infra.bundle.PROJECT", tmp_path)
    (tmp_path / "broken.py").write_bytes(content)
    with pytest.raises(BundleError, match=r"^broken\.py: .+"):
        check_syntax(tmp_path / "broken.py")
