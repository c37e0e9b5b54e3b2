"""Invoke the handler on this machine and print its response; what it logs goes to standard error."""

import argparse
import contextlib
import importlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from infra.project import PACKAGE, PROJECT, SAMPLE_EVENT
{% if cookiecutter.__uses_aws %}
from scripts.local_aws import local_aws
{% endif %}
{% if cookiecutter.__image %}
from scripts.served import send, served_url
{% endif %}
{% if not cookiecutter.__uses_aws %}

# With these, boto3 finds no account of yours; Lambda sets the Region, too.
NO_ACCOUNT = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_REGION": "eu-central-1",
}
{% endif %}


@dataclass(frozen=True)
class LocalContext:
    """The part of Lambda's context object that means something on this machine."""

    function_name: str = "local"
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:local"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Return the time left before Lambda would end the invocation, in milliseconds."""
        return 10_000


def read_variables(path: Path) -> dict[str, str]:
    """Return the environment variables that the file `path` sets."""
    with path.open(encoding="utf-8") as stream:
        values = dotenv_values(stream=stream, interpolate=False)
    return {name: value or "" for name, value in values.items()}


def local_environment() -> dict[str, str]:
    """Return the environment variables that tests run with, those of `local.env`."""
    return read_variables(PROJECT / "local.env")


def own_environment() -> dict[str, str]:
    """Return the same variables, overridden by `.env` if there is one, and both by the shell."""
    private = PROJECT / ".env"
    variables = local_environment() | (read_variables(private) if private.exists() else {})
    return variables | {name: os.environ[name] for name in variables.keys() & os.environ.keys()}


def readable(response: object) -> str:
    """Return `response` as indented JSON; a body that is JSON itself is shown as such, not as a quoted string."""
    if isinstance(response, dict) and isinstance(response.get("body"), str):
        with contextlib.suppress(ValueError):
            response = response | {"body": json.loads(response["body"])}
    return json.dumps(response, indent=2, ensure_ascii=False)

{% if cookiecutter.__is_http %}

def show(response: object) -> None:
    """Print `response`; exit with one line if it reports a server error."""
    print(readable(response))
    status = response.get("statusCode") if isinstance(response, dict) else None
    if isinstance(status, int) and status >= 500:
        sys.exit(f"invoke: the function responds with status {status}")

{% endif %}

def call_handler(event: object) -> object:
    """Return the handler's response; exit with one line if the application raises an error of its own."""
    try:
        return importlib.import_module(f"{PACKAGE}.handler").lambda_handler(event, LocalContext())
    except Exception as error:
        if type(error).__module__.partition(".")[0] == PACKAGE:
            sys.exit(f"invoke: {type(error).__name__}: {error}")
        raise

{% if cookiecutter.__image %}

def call_image(url: str, event: object) -> object:
    """Return the response of the function served at `url`; exit with one line if it fails."""
    try:
        response = send(url, event)
    except OSError as error:
        sys.exit(f"invoke: no response from {url}: {error}; if nothing is served, delete .build/served")
    if isinstance(response, dict) and "errorType" in response:
        sys.exit(f"invoke: {response['errorType']}: {response.get('errorMessage')}")
    return response

{% endif %}

def main() -> None:
    """Read the event and pass it to the {{ "served image, or else to the handler" if cookiecutter.__image else "handler" }}."""
    parser = argparse.ArgumentParser(prog="invoke", description="Invoke the handler on this machine.")
    parser.add_argument("event", type=Path, nargs="?", default=SAMPLE_EVENT, help="a JSON file")
    path: Path = parser.parse_args().event
    try:
        event = json.loads(path.read_text(encoding="utf-8"))
        environment = own_environment()
    except OSError as error:
        sys.exit(f"invoke: cannot read {error.filename}: {error.strerror}")
    except ValueError as error:
        sys.exit(f"invoke: {path} is not JSON: {error}")
{% if cookiecutter.__image %}
    if url := served_url():
        print(f"invoke: sent to the image at {url}", file=sys.stderr)
        {{ 'show(call_image(url, event))' if cookiecutter.__is_http else 'print(readable(call_image(url, event)))' }}
        return
{% endif %}
    os.environ.update(environment)
    with contextlib.redirect_stdout(sys.stderr){{ ', local_aws()' if cookiecutter.__uses_aws }}:
        response = call_handler(event)
    {{ 'show(response)' if cookiecutter.__is_http else 'print(readable(response))' }}


if __name__ == "__main__":
    main()
