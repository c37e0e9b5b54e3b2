"""What an artifact must hold, be it an archive or an image, and what it answers."""

import platform
from importlib.metadata import Distribution
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection
from packaging.version import Version

from helpers.support import Project

HOST = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
MACHINES = {"arm64": "EM_AARCH64", "x86_64": "EM_X86_64"}
# Amazon Linux 2 and 2023; see "Lambda runtimes" in AWS's documentation.
GLIBC = {"3.10": "2.26", "3.11": "2.26", "3.12": "2.34", "3.13": "2.34", "3.14": "2.34"}


def check_contents(project: Project, artifact: Path) -> None:
    """Assert that `artifact` holds this project's package and its run-time dependencies, compiled, and no more."""
    exported = project.uv(
        "export", "--frozen", "--no-default-groups", "--no-hashes", "--no-header", "--no-annotate"
    ).output
    locked = {line.partition("==")[0].replace("-", "_") for line in exported.splitlines() if "==" in line}
    installed = {path.name.partition("-")[0] for path in artifact.glob("*.dist-info")}
    not_installed = {name for name in locked - installed if name not in marked_away(exported)}
    assert installed <= locked
    assert not_installed == set()
    modules = {path.stem for path in artifact.iterdir() if not path.name.endswith(".dist-info")} - {"bin"}
    promised = {name for path in artifact.glob("*.dist-info") for name in modules_of(path)}
    assert modules == promised | {project.package, "__pycache__"}
    tag = f"cpython-{project.answers['python_version'].replace('.', '')}"
    sources = list(artifact.rglob("*.py"))
    assert [path for path in sources if not (path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc").exists()] == []
    compiled = list(artifact.rglob("*.pyc"))
    assert len(compiled) == len(sources)
    for path in compiled:
        content = path.read_bytes()
        assert int.from_bytes(content[4:8], "little") == 0b01, f"{path} would be checked against its source"
        assert str(project.path).encode() not in content
    assert not [path for path in artifact.rglob("*") if path.name in {"INSTALLER", "direct_url.json"}]
    for information in artifact.glob("*.dist-info"):
        listed = Distribution.at(information).files or []
        assert listed
        assert [path for path in listed if not (artifact / path).exists()] == []


def modules_of(distribution: Path) -> list[str]:
    """Return the modules that a distribution says it brings; by default, one of its own name."""
    listed = distribution / "top_level.txt"
    return listed.read_text(encoding="utf-8").split() if listed.exists() else [distribution.name.partition("-")[0]]


def marked_away(exported: str) -> set[str]:
    """Return the names of what the lock file holds for other platforms or versions only."""
    return {line.partition("==")[0].replace("-", "_") for line in exported.splitlines() if ";" in line}


def check_libraries(project: Project, artifact: Path) -> None:
    """Assert that every shared library in `artifact` loads on the runtime's processor and C library."""
    libraries = list(artifact.rglob("*.so*"))
    assert libraries
    newest = Version(GLIBC[project.answers["python_version"]])
    for path in libraries:
        with path.open("rb") as file:
            elf = ELFFile(file)
            assert elf["e_machine"] == MACHINES[project.answers["architecture"]], path
            needed = [
                auxiliary.name.removeprefix("GLIBC_")
                for section in elf.iter_sections()
                if isinstance(section, GNUVerNeedSection)
                for _, auxiliaries in section.iter_versions()
                for auxiliary in auxiliaries
                if auxiliary.name.startswith("GLIBC_")
            ]
            assert [version for version in needed if Version(version) > newest] == [], path
