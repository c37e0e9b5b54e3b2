"""A deployed stage is healthy: `uv run poe smoke` runs this, without side effects, `uv run poe test` never does."""

import json
import os
import time
from contextlib import suppress
{% block stdlib %}{% endblock %}

import boto3
{% block botocore %}{% endblock %}
import pytest
{% block imports %}
from botocore.exceptions import BotoCoreError, ClientError
{% endblock %}

from infra.project import SERVICE
from scripts.deployed import {% block config %}CONFIG{% endblock %}, MissingOutputError, in_one_line, read_outputs

# A new deployment can take some seconds to respond.
ATTEMPTS = 5
PAUSE_SECONDS = 3


{% block read %}
def read_health(stack: str) -> str:
    """Return the response of the alias to a health check."""
    session = boto3.Session()
    response = session.client("lambda", config=CONFIG).invoke(
        FunctionName=read_outputs(session, stack, "FunctionName")["FunctionName"],
        Qualifier="live",
        Payload=json.dumps({"health_check": True}),
    )
    text: str = response["Payload"].read().decode()
    return text
{% endblock %}


def is_healthy(text: str) -> bool:
    with suppress(ValueError):
        match json.loads(text):
            case {"status": "ok"}:
                return True
    return False


def test_deployed_stage_is_healthy() -> None:
    if not (stage := os.environ.get("SMOKE_STAGE")):
        pytest.fail("name the stage: uv run poe smoke --stage dev", pytrace=False)
    text = ""
    for attempt in range(ATTEMPTS):
        time.sleep(PAUSE_SECONDS if attempt else 0)
        try:
            text = read_health(f"{SERVICE}-{stage}")
        except (BotoCoreError, ClientError, MissingOutputError) as error:
            pytest.fail(in_one_line(error), pytrace=False)
        if is_healthy(text):
            return
    pytest.fail(f"the health check returned {text}", pytrace=False)
