"""Tests of a project never use the AWS account of its developer, whatever ~/.aws holds; a Region is set."""

from pathlib import Path

import pytest

from helpers.support import AXES, Bake

PROFILE = "[default]\naws_access_key_id = mine\naws_secret_access_key = mine\nregion = us-east-1\n"
WHO = """\
import os

import boto3


def who_am_i() -> str:
    session = boto3.Session()
    credentials = session.get_credentials()
    return f"{credentials.access_key if credentials else None} {session.region_name} {os.environ.get('AWS_REGION')}"


if __name__ == "__main__":
    print("emulator:", who_am_i())
"""
TEST = """\
import os
import subprocess
import sys

from scripts.emulator import environment
from who import who_am_i


def test_who_am_i() -> None:
    print("tests:", who_am_i(), flush=True)
    subprocess.run([sys.executable, "who.py"], env=environment() | {"HOME": os.environ["HOME"]}, check=True)
"""


@pytest.mark.matrix
@pytest.mark.parametrize("idempotency", AXES["idempotency"])
def test_developers_account_is_not_used(bake: Bake, idempotency: str, tmp_path: Path) -> None:
    project = bake(event_source="http-api", idempotency=idempotency)
    project.uv("sync", "--quiet")
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text(PROFILE, encoding="utf-8")
    (project.path / "who.py").write_text(WHO, encoding="utf-8")
    (project.path / "tests" / "unit" / "test_who.py").write_text(TEST, encoding="utf-8")
    command = (project.venv / "bin" / "python", "-m", "pytest", "-q", "-s", "--no-cov", "tests/unit/test_who.py")
    output = project.run(*command, HOME=str(tmp_path), AWS_PROFILE="default").output
    key = "local" if idempotency == "true" else "None"
    for place in ("tests", "emulator"):
        assert f"{place}: {key} eu-central-1 eu-central-1\n" in output
