"""What the function may weigh and import: both are paid for at each cold start."""

import ast
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from infra.project import PACKAGE
from tests.support import modules_at_start

# What takes long to import, of what functions often use. Import it where it is used, and few starts pay for it.
SLOW = {
    *("aiohttp", "asyncio", "aws_xray_sdk", "boto3", "botocore", "cryptography", "fastapi", "google", "httpx"),
    *("numpy", "openai", "pandas", "pyarrow", "redis", "requests", "scipy", "sqlalchemy", "urllib3", "yaml"),
{% if not cookiecutter.idempotency and cookiecutter.event_source != 's3' %}
    *("csv", "zipfile"),  # what `__init__.py` of the package defers
{% endif %}
}


def test_the_start_imports_nothing_slow_but_what_is_declared(artifact: Path, pytestconfig: pytest.Config) -> None:
    declared = set(pytestconfig.getini("slow_imports"))
    slow = modules_at_start(artifact) & (SLOW | declared)
    advice = "import it where it is used, or declare it as one of slow_imports in pyproject.toml"
    assert slow <= declared, f"imported at start: {', '.join(sorted(slow - declared))}; {advice}"
    assert declared <= slow, f"slow_imports in pyproject.toml names what is not: {', '.join(sorted(declared - slow))}"


def snapshot(folder: Path) -> dict[str, int]:
    """Return every file of `folder` with its time of change."""
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_import_writes_nothing(artifact: Path) -> None:
    before = snapshot(artifact)
    assert f"{PACKAGE}.handler" in modules_at_start(artifact)
    assert snapshot(artifact) == before


def test_the_artifact_is_no_larger_than_declared(artifact: Path, pytestconfig: pytest.Config) -> None:
    sizes: Counter[str] = Counter()
    for path in artifact.rglob("*"):
        if path.is_file():
            sizes[path.relative_to(artifact).parts[0]] += path.stat().st_size
    largest = ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in sizes.most_common(4))
    limit: int = pytestconfig.getini("max_artifact_megabytes")
    assert sizes.total() <= limit * 1e6, f"above max_artifact_megabytes in pyproject.toml, {limit}; largest: {largest}"


def is_for_this_python(source: Path) -> bool:
    """Return whether `source` could be compiled; nothing imports what a dependency has for others."""
    with suppress(SyntaxError, ValueError):
        return bool(ast.parse(source.read_bytes()))
    return False


def test_every_module_is_compiled(artifact: Path) -> None:
    tag = sys.implementation.cache_tag
    sources = [path for path in artifact.rglob("*.py") if path.stat().st_size]
    assert artifact / PACKAGE / "handler.py" in sources
    bare = [path for path in sources if not (path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc").exists()]
    bare = [path for path in bare if is_for_this_python(path)]
    named = ", ".join(str(path.relative_to(artifact)) for path in bare[:4])
    assert not bare, f"{len(bare)} modules have no bytecode, so each cold start compiles them: {named}"
