"""Build the function's artifact: this project's package, its run-time dependencies, and bytecode for both.

Needs uv, and no Docker whatever the architecture: uv picks the wheels of Lambda's platform. The same input gives the
same bytes. A failed build leaves the previous artifact as it was.
"""

import argparse
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from constants import ARCHITECTURE, PACKAGE

PROJECT = Path(__file__).resolve().parent.parent
BUILD_FOLDERS = (PROJECT / ".build", PROJECT / ".aws-sam")
UV = os.environ.get("UV") or "uv"

MIB = 1024 * 1024
# Lambda's quota for a function with its layers, unpacked ("Lambda quotas").
MAX_BYTES = 250 * MIB
# Where Lambda unpacks the artifact; tracebacks name it instead of the machine that built it.
TASK_ROOT = "/var/task"
# The oldest time that a zip archive can hold.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class BundleError(Exception):
    """The artifact cannot be built; the message says why, in one line."""


def lambda_platform(architecture: str, python: tuple[int, int]) -> str:
    """Return uv's name of the platform that a Lambda runtime is.

    A wheel for a newer glibc would install, and fail at import. Python 3.10 and 3.11 run on Amazon Linux 2 (glibc
    2.26), later versions on Amazon Linux 2023 (glibc 2.34); see "Lambda runtimes" in AWS's documentation.

    Args:
        architecture: `arm64` or `x86_64`.
        python: major and minor version.
    """
    machine = "aarch64" if architecture == "arm64" else architecture
    return f"{machine}-manylinux_2_34" if python >= (3, 12) else f"{machine}-manylinux2014"


def clean_environment() -> dict[str, str]:
    """Return the environment without what would change the artifact: how Python compiles, which lock file uv trusts."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "UV_FROZEN"))} | {
        "UV_COMPILE_BYTECODE": "0",
        "PYTHONHASHSEED": "0",  # sets in constants would be written in another order at each build
    }


def run(*command: str | Path) -> None:
    """Run `command` in the project's folder, quietly unless it fails.

    Raises:
        BundleError: it is not installed, or it failed.
    """
    try:
        subprocess.run(command, cwd=PROJECT, env=clean_environment(), capture_output=True, text=True, check=True)
    except FileNotFoundError as error:
        message = f"{command[0]} is not installed"
        raise BundleError(message) from error
    except subprocess.CalledProcessError as error:
        printed = (error.stderr or error.stdout).splitlines()
        reason = " ".join(line.strip() for line in printed if line.strip())
        message = f"{Path(command[0]).name} {command[1]} failed: {reason}"
        raise BundleError(message) from error


def install_dependencies(target: Path, platform: str | None) -> None:
    """Install what the lock file names for run time into `target`, each file checked against its hash."""
    if not (PROJECT / "uv.lock").exists():
        message = "uv.lock is missing; make it with `uv lock`"
        raise BundleError(message)
    requirements = target.parent / "requirements.txt"
    run(
        *(UV, "export", "--locked", "--quiet", "--no-default-groups", "--no-emit-project", "--no-header"),
        *("--output-file", requirements),
    )
    run(
        *(UV, "pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "--no-deps"),
        *("--link-mode", "copy"),  # what follows must not reach uv's cache
        *("--python", sys.executable, "--python-version", "{}.{}".format(*sys.version_info)),
        *(("--python-platform", platform) if platform else ()),
        *("--target", target, "--requirements", requirements),
    )


def remove_traces(folder: Path) -> None:
    """Remove from `folder` what names the machine or the moment of the installation, and what no function calls."""
    shutil.rmtree(folder / "bin", ignore_errors=True)
    (folder / ".lock").unlink(missing_ok=True)
    for name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"):
        for trace in folder.glob(f"*.dist-info/{name}"):
            trace.unlink()


def compile_bytecode(folder: Path) -> None:
    """Compile `folder` for the runtime: Lambda's file system is read-only, so it would compile at every cold start.

    The bytecode is not checked against the sources (PEP 552), whose times change when Lambda unpacks them. A dependency
    may hold files for other Pythons, which nothing imports here and which stay uncompiled.

    Raises:
        BundleError: a module of this project does not compile.
    """
    compile_all = (sys.executable, "-m", "compileall", "-f", "-q", "--invalidation-mode", "unchecked-hash")
    strip_path = ("-s", folder, "-p", TASK_ROOT)
    run(*compile_all, *strip_path, folder / PACKAGE)
    try:
        run(*compile_all, *strip_path, folder)
    except BundleError as error:
        print(f"bundle: {error}", file=sys.stderr)


def open_permissions(folder: Path) -> None:
    """Let every user read `folder`: Lambda runs the function as a user of its own."""
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)


def check_size(folder: Path) -> int:
    """Return the size of `folder` in bytes.

    Raises:
        BundleError: it is above Lambda's quota.
    """
    sizes: dict[str, int] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            top = path.relative_to(folder).parts[0]
            sizes[top] = sizes.get(top, 0) + path.stat().st_size
    total = sum(sizes.values())
    if total > MAX_BYTES:
        largest = sorted(sizes, key=lambda name: sizes[name], reverse=True)[:3]
        named = ", ".join(f"{name} {sizes[name] / MIB:.0f} MiB" for name in largest)
        message = f"{total / MIB:.0f} MiB unpacked is more than Lambda's {MAX_BYTES / MIB:.0f} MiB; largest: {named}"
        raise BundleError(message)
    return total


def write_zip(folder: Path, archive_path: Path) -> None:
    """Pack `folder` so that the same files give the same bytes."""
    with zipfile.ZipFile(archive_path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, so that the mode counts, wherever this runs
            entry.external_attr = path.stat().st_mode << 16
            archive.writestr(entry, path.read_bytes())


def check_python() -> None:
    """Refuse to build with another Python than the runtime's: its bytecode and its wheels would not fit.

    Raises:
        BundleError: this is another Python.
    """
    wanted = ".".join((PROJECT / ".python-version").read_text(encoding="utf-8").strip().split(".")[:2])
    running = "{}.{}".format(*sys.version_info)
    if running != wanted:
        message = f"this is Python {running}, the function's is {wanted}; start me through `uv run`"
        raise BundleError(message)


def check_output(output: Path, archive: Path | None) -> None:
    """Refuse to replace what may not be an earlier artifact.

    Raises:
        BundleError: `output` is no folder, or something is there and lies outside the project's build folders.
    """
    if output.suffix == ".zip":
        message = f"{output} names an archive; name the folder, the archive is made beside it"
        raise BundleError(message)
    if any(folder in output.parents for folder in BUILD_FOLDERS):
        return
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        message = f"{output} is not empty; name a new folder, or one inside .build"
        raise BundleError(message)
    if archive and archive.exists():
        message = f"{archive} exists already; name another folder, or one inside .build"
        raise BundleError(message)


def build(output: Path, platform: str | None, *, with_zip: bool) -> int:
    """Build the artifact in `output`, and beside it as a zip archive of the same name.

    Args:
        output: the folder to make or replace.
        platform: uv's name of the platform, None for this machine's.
        with_zip: whether to pack it.

    Returns:
        The size of `output` in bytes.

    Raises:
        BundleError: it cannot be built; what was there before is still there.
    """
    check_python()
    output = output.resolve()
    archive = output.with_name(f"{output.name}.zip")
    check_output(output, archive if with_zip else None)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bundle-", dir=output.parent) as scratch:
        folder = Path(scratch, "function")
        folder.mkdir()
        install_dependencies(folder, platform)
        remove_traces(folder)
        shutil.copytree(PROJECT / "src" / PACKAGE, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
        compile_bytecode(folder)
        open_permissions(folder)
        size = check_size(folder)
        if with_zip:
            write_zip(folder, Path(scratch, "function.zip"))
        if output.exists():
            output.replace(Path(scratch, "previous"))
        folder.replace(output)
        if with_zip:
            Path(scratch, "function.zip").replace(archive)
        elif any(parent in output.parents for parent in BUILD_FOLDERS):
            archive.unlink(missing_ok=True)  # it would be older than the folder
    return size


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build the function's artifact.")
    parser.add_argument("--platform", choices=["lambda", "host"], default="lambda", help="what it runs on")
    parser.add_argument("--output", type=Path, help="the folder to build (default: .build/function, .build/host)")
    parser.add_argument("--no-zip", dest="with_zip", action="store_false", help="leave it unpacked")
    arguments = parser.parse_args()
    on_host = arguments.platform == "host"
    output = (arguments.output or PROJECT / ".build" / ("host" if on_host else "function")).absolute()
    platform = None if on_host else lambda_platform(ARCHITECTURE, sys.version_info[:2])
    try:
        size = build(output, platform, with_zip=arguments.with_zip)
    except (BundleError, OSError, shutil.Error) as error:
        sys.exit(f"bundle: {error}")
    print(f"{output}: {size / 1e6:.1f} MB unpacked")
    if arguments.with_zip:
        archive = output.with_name(f"{output.name}.zip")
        print(f"{archive}: {archive.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
