"""Limits on imports and size: both add to each cold start."""

import ast
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from infra.project import PACKAGE
from tests.support import modules_at_start

# Common modules that are slow to import. Import them where they are used, and few cold starts pay for them.
SLOW = {
    *("aiohttp", "asyncio", "aws_xray_sdk", "boto3", "cryptography", "fastapi", "google", "httpx", "numpy"),
    *("openai", "pandas", "pyarrow", "redis", "requests", "scipy", "sqlalchemy", "urllib3", "yaml"),
    "botocore.session",  # Powertools imports less of botocore, in a millisecond
{% if not cookiecutter.__has_boto3 %}
    "importlib.metadata",  # startup.py defers it
{% endif %}
}


def test_slow_imports_are_declared(artifact: Path, pytestconfig: pytest.Config) -> None:
    declared = set(pytestconfig.getini("slow_imports"))
    slow = modules_at_start(artifact) & (SLOW | declared)
    names, source = ", ".join(sorted(slow - declared)), "`python -X importtime` names the library, if one imports them"
    advice = f"import them where they are used, or declare them as slow_imports in pyproject.toml; {source}"
    assert slow <= declared, f"imported by the handler: {names}; {advice}"
    assert declared <= slow, f"slow_imports in pyproject.toml has unused names: {', '.join(sorted(declared - slow))}"


def snapshot(folder: Path) -> dict[str, int]:
    """Return every file of `folder` with its time of change."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_import_writes_nothing(artifact: Path) -> None:
    before = snapshot(artifact)
    assert f"{PACKAGE}.handler" in modules_at_start(artifact)
    assert snapshot(artifact) == before


def size(path: Path) -> int:
    """Return the size in bytes of the file `path`, or of all files in it."""
    return sum(each.stat().st_size for each in (path, *path.rglob("*")) if each.is_file())


def test_package_size_is_within_limit(artifact: Path, pytestconfig: pytest.Config) -> None:
    sizes = Counter({path.name: size(path) for path in artifact.iterdir()})
    largest = ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in sizes.most_common(4))
    limit: int = pytestconfig.getini("max_artifact_megabytes")
    assert sizes.total() <= limit * 1e6, f"above max_artifact_megabytes in pyproject.toml, {limit}; largest: {largest}"


def compiles(source: Path) -> bool:
    """Return whether this Python can compile `source`; some dependencies have files for other versions only."""
    with suppress(SyntaxError, ValueError):
        return bool(ast.parse(source.read_bytes()))
    return False


def test_all_modules_have_bytecode(artifact: Path) -> None:
    tag = sys.implementation.cache_tag
    sources = [path for path in artifact.rglob("*.py") if path.stat().st_size]
    assert artifact / PACKAGE / "handler.py" in sources
    missing = [path for path in sources if not (path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc").exists()]
    missing = [path for path in missing if compiles(path)]
    first = ", ".join(str(path.relative_to(artifact)) for path in missing[:4])
    assert not missing, f"{len(missing)} modules have no bytecode, so each cold start compiles them: {first}"
