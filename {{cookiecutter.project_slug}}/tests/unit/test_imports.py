import os
import subprocess
import sys
from pathlib import Path

from infra.project import PACKAGE

SOURCES = Path(__file__).parents[2] / "src"
# In a process of its own: here, all is imported already.
IMPORT = """
import importlib, logging, random, secrets, socket, sys, time, uuid

REFUSED = {
    random: ["choice", "getrandbits", "randbytes", "randint", "random", "uniform"],
    secrets: ["token_bytes", "token_hex", "token_urlsafe"],
    socket: ["create_connection", "getaddrinfo"],
    socket.socket: ["connect", "connect_ex"],
    time: ["monotonic", "time", "time_ns"],
    uuid: ["uuid1", "uuid4"],
}


def refuse(owner, name):
    def refused(*_, **__):
        raise RuntimeError(f"{owner.__name__}.{name} is called at import")

    setattr(owner, name, refused)


for owner, names in REFUSED.items():
    for name in names:
        refuse(owner, name)
importlib.import_module(sys.argv[1])
"""


def import_alone(module: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Import `module` from `folder`, where nothing answers and nothing is drawn."""
    return subprocess.run(
        [sys.executable, "-c", IMPORT, module],
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        check=False,
        text=True,
    )


def test_an_import_leaves_nothing_that_copies_of_the_process_must_not_share() -> None:
    # SnapStart starts many copies of one process: a number drawn, a time read or a connection made would be in all.
    done = import_alone(f"{PACKAGE}.handler", SOURCES)
    assert done.returncode == 0, done.stderr


def test_pydantic_does_not_search_for_plugins() -> None:
    inherited = {name: value for name, value in os.environ.items() if name != "PYDANTIC_DISABLE_PLUGINS"}
    done = subprocess.run(
        [sys.executable, "-c", f"import os, {PACKAGE}; print(os.environ['PYDANTIC_DISABLE_PLUGINS'])"],
        env=inherited | {"PYTHONPATH": str(SOURCES)},
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.strip() == "1"


def test_what_is_drawn_at_import_is_named(tmp_path: Path) -> None:
    (tmp_path / "draws.py").write_text("import uuid\n\nWORKER = uuid.uuid4()\n", encoding="utf-8")
    assert "uuid.uuid4 is called at import" in import_alone("draws", tmp_path).stderr
