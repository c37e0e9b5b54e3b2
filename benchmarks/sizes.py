"""Size of the artifact for Lambda on x86-64, of each event source, against the plain variants."""

import shutil
from pathlib import Path

from measuring import scratch
from projects import LAMBDA_PLATFORM, SOURCES, build, make_project, plain_variants

Sizes = dict[str, dict[str, int]]


def sizes(folder: Path) -> dict[str, int]:
    """Return the bytes of `folder` and of its archive, which is made if it is not there yet."""
    archive = folder.with_name(f"{folder.name}.zip")
    if not archive.exists():
        shutil.make_archive(str(folder), "zip", folder)
    unpacked = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {"unpacked": unpacked, "zipped": archive.stat().st_size}


def measure() -> dict[str, Sizes]:
    """Return the sizes by event source, with and without idempotency."""
    measured: dict[str, Sizes] = {}
    for source in SOURCES:
        for idempotency in ("false", "true"):
            with scratch() as folder:
                project = make_project(
                    folder / "project", event_source=source, idempotency=idempotency, python_version="3.10"
                )
                plain = plain_variants(project, folder, platform=LAMBDA_PLATFORM)
                name = f"{source} with idempotency" if idempotency == "true" else source
                measured[name] = {"this template": sizes(build(project, "lambda"))} | {
                    variant: sizes(built) for variant, built in plain.items()
                }
    return measured
