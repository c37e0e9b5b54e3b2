"""Measure how much memory the S3 project's function needs for a large object.

    uv run python benchmarks/s3_memory.py [--megabytes 200]

The object is compressed JSON Lines; a fake of S3 serves it from a process of its own, over real HTTP.
Needs uv, and Linux.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from cookiecutter.main import cookiecutter

ROOT = Path(__file__).resolve().parent.parent
UV = os.environ.get("UV", "uv")

# Runs inside the generated project: serves, uploads, and hands the address to a second process that measures itself.
SERVE = """
import gzip, io, json, os, subprocess, sys, uuid
from scripts.invoke import local_environment
from scripts.local_aws import local_aws
os.environ.update(local_environment())
line = json.dumps({"order_id": "ID", "lines": [{"sku": "MUG-001", "quantity": 1}] * 100}).encode() + b"\\n"
count = int(sys.argv[1]) * 1_000_000 // len(line) + 1
body = io.BytesIO()
with gzip.open(body, "wb", compresslevel=1) as file:
    for _ in range(count):
        file.write(line.replace(b"ID", uuid.uuid4().hex.encode()))
with local_aws():
    import boto3
    boto3.client("s3").put_object(Bucket="orders", Key="orders/large.jsonl.gz", Body=body.getvalue())
    print("uncompressed", count * len(line), "bytes at least, compressed", len(body.getvalue()), "bytes, lines", count)
    sys.stdout.flush()
    subprocess.run([sys.executable, "-c", sys.argv[2]], check=True)
"""
MEASURE = """
import contextlib, os, re, sys
from scripts.invoke import LocalContext
from tests.support import read_sample
from PACKAGE import handler
def peak():
    # Not getrusage: its peak is handed on by the process that started this one.
    return int(re.search(r"VmHWM:\\s+([0-9]+) kB", open("/proc/self/status").read())[1]) / 1024
event = read_sample("order")
with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
    for each in handler.logger.handlers:
        each.setStream(nowhere)
    handler.lambda_handler(event, LocalContext())
    before = peak()
    event["Records"][0]["s3"]["object"]["key"] = "orders/large.jsonl.gz"
    (report,) = handler.lambda_handler(event, LocalContext())["reports"]
print(f"confirmed {report['confirmed_count']} orders")
print(f"peak memory grew by {peak() - before:.1f} MiB to {peak():.0f} MiB (goal: by less than 64 MiB)")
"""


def main() -> None:
    """Generate, serve, measure, print."""
    parser = argparse.ArgumentParser(description="Measure the memory that a large object needs.")
    parser.add_argument("--megabytes", type=int, default=200, help="size of the object, uncompressed")
    megabytes = parser.parse_args().megabytes
    with tempfile.TemporaryDirectory() as scratch:
        answers = {"event_source": "s3"}
        project = Path(
            cookiecutter(str(ROOT), no_input=True, output_dir=scratch, accept_hooks=False, extra_context=answers)
        )
        inherited = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        subprocess.run([UV, "sync", "--quiet"], cwd=project, env=inherited, check=True)
        measure = MEASURE.replace("PACKAGE", project.name.replace("-", "_"))
        command = [UV, "run", "--quiet", "python", "-c", SERVE, str(megabytes), measure]
        sys.exit(subprocess.run(command, cwd=project, env=inherited, check=False).returncode)


if __name__ == "__main__":
    main()
