"""What a project's ruff says of code as its owners write it: it finds bugs, and has no other wishes."""

import json
import re

import pytest

from helpers.support import AXES, Bake, run, tool

# A handler as an engineer may write it on day ten: nothing in it is wrong but `print`, whose lines are not structured.
PLAIN = """\
import json
import os

import boto3
from botocore.exceptions import ClientError

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def save_link(slug, url, overwrite=False):
    if len(slug) > 32:
        raise ValueError(f"slug {slug} is too long")
    # table.delete_item(Key={"slug": slug})
    table.put_item(Item={"slug": slug, "url": url, "overwrite": overwrite})


def lambda_handler(event, context):
    body = json.loads(event["body"])
    try:
        save_link(body["slug"], body["url"], body.get("overwrite", False))
    except ClientError as error:
        print(error)
        return {"statusCode": 500, "body": json.dumps({"error": "failed"})}
    return {"statusCode": 201, "body": json.dumps({"slug": body["slug"]})}
"""
BUGS = """\
from datetime import datetime

from .observability import logger


def list_links(names: list[str] = []) -> list[str]:
    names.append(str(datetime.now()))
    return names


def delete_link(name: str, reason: str) -> None:
    try:
        list_links([name])
    except Exception:
        pass


def archive_link(name: str) -> None:
    try:
        delete_link(name, "old")
    except Exception:
        logger.exception("Link failed")
"""
CREDENTIALS = """\
import boto3

token = "local"  # pragma: allowlist secret
client = boto3.client("s3", aws_secret_access_key="local")  # pragma: allowlist secret
"""


def findings(bake: Bake, file: str, code: str) -> list[str]:
    """Return the codes of what ruff finds in a project whose `file` is `code`."""
    project = bake()
    (project.path / file).write_text(code, encoding="utf-8")
    checked = run(tool("ruff"), "check", "--no-cache", "--exit-zero", "--output-format=json", cwd=project.path)
    return sorted({finding["code"] for finding in json.loads(checked.output)})


def test_plain_code_has_nothing_to_correct(bake: Bake) -> None:
    assert findings(bake, "src/my_lambda_service/handler.py", PLAIN) == ["T201"]


def test_bugs_are_found(bake: Bake) -> None:
    # An unused argument, a shared default, a blind and silent `except`, a time without a zone; not one that is logged.
    assert findings(bake, "src/my_lambda_service/links.py", BUGS) == [
        "ARG001",
        "B006",
        "BLE001",
        "DTZ005",
        "S110",
        "SIM105",
    ]


def test_credentials_may_be_in_tests_only(bake: Bake) -> None:
    assert findings(bake, "tests/unit/test_links.py", CREDENTIALS) == []
    assert findings(bake, "src/my_lambda_service/links.py", CREDENTIALS) == ["S105", "S106"]


@pytest.mark.parametrize("event_source", AXES["event_source"])
@pytest.mark.parametrize("package_as", AXES["package_as"])
def test_context_managers_are_generators(bake: Bake, event_source: str, package_as: str) -> None:
    # With `Iterator`, pyrefly warns at each check that it is deprecated.
    files = bake(event_source=event_source, package_as=package_as, idempotency="true").files()
    code = "".join(text for name, text in files.items() if name.endswith(".py"))
    assert set(re.findall(r"@contextmanager\ndef \w+\(.*\) -> (\w+)\[", code)) == {"Generator"}
