"""A deployed stage: `uv run poe smoke` runs these tests, `uv run poe test` never does."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from infra.project import SERVICE
from scripts.deployed import MissingOutputError, in_one_line, read_outputs

# A new deployment can take some seconds to respond.
ATTEMPTS = 5
PAUSE_SECONDS = 3
CheckHealth = Callable[[Callable[[], str]], None]


@contextmanager
def errors_in_one_line() -> Iterator[None]:
    """Fail with the message of AWS, without a traceback."""
    try:
        yield
    except (BotoCoreError, ClientError, MissingOutputError) as error:
        pytest.fail(in_one_line(error), pytrace=False)


@pytest.fixture(scope="session")
def aws() -> boto3.Session:
    with errors_in_one_line():
        return boto3.Session()


@pytest.fixture(scope="session")
def outputs(aws: boto3.Session) -> dict[str, str]:
    """The outputs of the stage's stack."""
    if not (stage := os.environ.get("SMOKE_STAGE")):
        pytest.fail("name the stage: uv run poe smoke --stage dev", pytrace=False)
    with errors_in_one_line():
        return read_outputs(aws, f"{SERVICE}-{stage}", "{{ 'ApiUrl' if cookiecutter.event_source == 'http-api' else 'FunctionName' }}")


def is_healthy(text: str) -> bool:
    with suppress(ValueError):
        match json.loads(text):
            case {"status": "ok"}:
                return True
    return False


@pytest.fixture(scope="session")
def check_health() -> CheckHealth:
    """Call a function until the text that it returns is that of a healthy service."""

    def check(read_health: Callable[[], str]) -> None:
        text = ""
        for attempt in range(ATTEMPTS):
            time.sleep(PAUSE_SECONDS if attempt else 0)
            with errors_in_one_line():
                text = read_health()
            if is_healthy(text):
                return
        pytest.fail(f"the health check returned {text}", pytrace=False)

    return check
