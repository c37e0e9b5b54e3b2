"""The CDK builds the package again only if an input has changed."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from infra import asset
from infra.bundle import BundleError
from infra.project import PACKAGE, PROJECT

Builds = list[Path]
INPUTS = ("src", "pyproject.toml", "uv.lock", "infra/bundle.py", "infra/wheels.py")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what the package is built from."""
    folder = tmp_path / "project"
    for name in INPUTS:
        target = folder / name
        target.parent.mkdir(exist_ok=True, parents=True)
        (shutil.copytree if (PROJECT / name).is_dir() else shutil.copy2)(PROJECT / name, target)
    (folder / ".build").mkdir()
    monkeypatch.setattr(asset, "PROJECT", folder)
    monkeypatch.setattr("infra.bundle.PROJECT", folder)
    for name in ("FUNCTION", "ARCHIVE", "RECORD"):
        monkeypatch.setattr(asset, name, folder / getattr(asset, name).relative_to(PROJECT))
    return folder


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> Builds:
    """The builds so far, which only leave an empty archive."""
    done: Builds = []

    def build(output: Path, platform: str | None, *, with_zip: bool) -> int:
        assert platform
        assert with_zip
        done.append(output)
        output.with_suffix(".zip").touch()
        return 0

    monkeypatch.setattr(asset, "build", build)
    return done


def touch(project: Path) -> None:
    (project / "src" / PACKAGE / "service.py").touch()


def edit(project: Path) -> None:
    with (project / "src" / PACKAGE / "service.py").open("a", encoding="utf-8") as service:
        service.write("# changed")


def lock(project: Path) -> None:
    (project / "uv.lock").write_text("", encoding="utf-8")


def unlock(project: Path) -> None:
    (project / "uv.lock").unlink()


def add(project: Path) -> None:
    (project / "src" / PACKAGE / "extra.py").touch()


def build_by_hand(project: Path) -> None:
    (project / ".build" / "function.zip").write_text("of other sources", encoding="utf-8")


def lose(project: Path) -> None:
    (project / ".build" / "function.zip").unlink()


@pytest.mark.parametrize(
    ("change", "expected"),
    [(touch, 1), (edit, 2), (lock, 2), (unlock, 2), (add, 2), (build_by_hand, 2), (lose, 2)],
)
def test_only_changes_build_again(
    project: Path,
    builds: Builds,
    change: Callable[[Path], None],
    expected: int,
) -> None:
    assert asset.build_if_changed() == project / ".build" / "function.zip"
    change(project)
    asset.build_if_changed()
    asset.build_if_changed()
    assert len(builds) == expected


def test_lock_of_workspace_is_an_input(project: Path, builds: Builds) -> None:
    root = project.parent / "uv.lock"
    shutil.move(project / "uv.lock", root)
    asset.build_if_changed()
    asset.build_if_changed()
    assert len(builds) == 1
    root.write_text("", encoding="utf-8")
    asset.build_if_changed()
    assert len(builds) == 2


def test_failed_build_is_repeated(
    project: Path,
    builds: Builds,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asset.build_if_changed()
    edit(project)

    def fail(output: Path, platform: str | None, *, with_zip: bool) -> int:
        raise BundleError(output, platform, with_zip)

    with monkeypatch.context() as failing:
        failing.setattr(asset, "build", fail)
        with pytest.raises(BundleError):
            asset.build_if_changed()
    asset.build_if_changed()
    assert len(builds) == 2
