"""What builds and serves an image says what is missing, in one line."""

import socket
import sys
from pathlib import Path

import pytest

from infra.image import ENGINES, IMAGE_PLATFORM, ImageError, build, build_command, find_engine
from scripts import served
from scripts.emulator import free_ports
from scripts.serve import serving


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_builds_for_lambda(engine: str) -> None:
    command = build_command(engine)
    assert command[:2] == [engine, "build"]
    assert command[command.index("--platform") + 1] == IMAGE_PLATFORM


def test_missing_engine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ImageError, match="install one of docker, podman, buildah"):
        find_engine()


@pytest.mark.skipif(sys.platform == "win32", reason="the fake engine is a shell script")
def test_engine_that_does_not_run_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = tmp_path / "podman"
    engine.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    engine.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ImageError, match="podman cannot be reached"):
        find_engine()


def test_missing_lock_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.image.PROJECT", tmp_path)
    with pytest.raises(ImageError, match="create it with `uv lock`"):
        build(ENGINES[0])


def test_failing_engine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.image.missing_wheels", lambda _: [])
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ImageError, match="docker could not build the image"):
        build(ENGINES[0])


def test_missing_wheel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.image.missing_wheels", lambda _: ["one has no wheel", "two has no wheel"])
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ImageError, match=r"^one has no wheel; two has no wheel$"):
        build(ENGINES[0])


def test_port_in_use_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ImageError, match=f"port {port} is in use"), serving(ENGINES[0], port):
            pass


def test_engine_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    for engine in ENGINES:
        with pytest.raises(ImageError, match=f"{engine} cannot be run"), serving(engine, free_ports()[0]):
            pass


def test_served_image_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "ADDRESS", tmp_path / "served")
    assert served.served_url() is None
    (tmp_path / "served").write_text("http://127.0.0.1:9000\n", encoding="utf-8")
    assert served.served_url() == "http://127.0.0.1:9000"
