"""Check that what is deployed answers, without any effect."""

import argparse
import json
{% block os %}{% endblock %}
import sys
import time
{% block stdlib %}{% endblock %}
from typing import Any

import boto3
{% block botocore %}{% endblock %}
{% block imports %}
from botocore.exceptions import BotoCoreError, ClientError
{% endblock %}

from scripts.deployed import {% block config %}CONFIG{% endblock %}, MissingOutputError, in_one_line, read_outputs

OUTPUT = "{% block output %}FunctionName{% endblock %}"
# What was deployed a moment ago may need some seconds.
ATTEMPTS = 5
PAUSE_SECONDS = 3


class UnhealthyError(Exception):
    """There was an answer, and it was not that the service is up."""


{% block ask %}
def ask(session: boto3.Session, function: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what the alias of `function` answers to a health check.

    Raises:
        UnhealthyError: the function failed.
    """
    response = session.client("lambda", config=CONFIG).invoke(
        FunctionName=function,
        Qualifier="live",
        Payload=json.dumps({"health_check": True}),
    )
    answer = json.load(response["Payload"])
    if "FunctionError" in response:
        message = f"the function failed: {answer}"
        raise UnhealthyError(message)
    return answer
{% endblock %}


def find_problem(session: boto3.Session, address: str) -> str | None:
    """Return what is wrong with the service, on one line; None if it says that it is up."""
    try:
        answer = ask(session, address)
    except (BotoCoreError, ClientError, UnhealthyError) as error:
        return in_one_line(error)
    match answer:
        case {"status": "ok"}:
            return None
        case _:
            return f"unexpected answer: {answer}"


def main() -> None:
    """Check the stack that is named; end with one line and status 1 if it does not answer well."""
    parser = argparse.ArgumentParser(description="Check that what is deployed answers, without any effect.")
    parser.add_argument("stack", help="the name of the stack")
    stack: str = parser.parse_args().stack
    try:
        session = boto3.Session()
        address = read_outputs(session, stack, OUTPUT)[OUTPUT]
    except (BotoCoreError, ClientError, MissingOutputError) as error:
        sys.exit(f"smoke: {in_one_line(error)}")
    for attempt in range(1, ATTEMPTS + 1):
        problem = find_problem(session, address)
        if problem is None:
            print(f"smoke: {stack} is up")
            return
        if attempt == ATTEMPTS:
            sys.exit(f"smoke: {problem}")
        print(f"smoke: {problem}; trying again", file=sys.stderr)
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
