import os
import subprocess
import sys
from pathlib import Path

from infra.project import PACKAGE

SOURCES = Path(__file__).parents[2] / "src"
# In a new process: here, everything is imported already.
IMPORT = """
import importlib, logging, random, secrets, socket, sys, time, uuid

FORBIDDEN = {
    random: ["choice", "getrandbits", "randbytes", "randint", "random", "uniform"],
    secrets: ["token_bytes", "token_hex", "token_urlsafe"],
    socket: ["create_connection", "getaddrinfo"],
    socket.socket: ["connect", "connect_ex"],
    time: ["monotonic", "time", "time_ns"],
    uuid: ["uuid1", "uuid4"],
}


def forbid(owner, name):
    def forbidden(*_, **__):
        raise RuntimeError(f"{owner.__name__}.{name} is called at import")

    setattr(owner, name, forbidden)


for owner, names in FORBIDDEN.items():
    for name in names:
        forbid(owner, name)
importlib.import_module(sys.argv[1])
"""


def import_restricted(module: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Import `module` from `folder`, where calls of random numbers, clocks and connections fail."""
    return subprocess.run(
        [sys.executable, "-c", IMPORT, module],
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        check=False,
        text=True,
    )


def test_import_is_safe_to_snapshot() -> None:
    # SnapStart resumes many environments from one snapshot: random numbers, times and connections would be shared.
    done = import_restricted(f"{PACKAGE}.handler", SOURCES)
    assert done.returncode == 0, done.stderr


def test_random_number_at_import_is_named(tmp_path: Path) -> None:
    (tmp_path / "draws.py").write_text("import uuid\n\nWORKER = uuid.uuid4()\n", encoding="utf-8")
    assert "uuid.uuid4 is called at import" in import_restricted("draws", tmp_path).stderr
