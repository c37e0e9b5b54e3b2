"""Invoke the handler on this machine and print its response; what it logs goes to standard error."""

import argparse
import contextlib
import importlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
{% if cookiecutter.__uses_aws or cookiecutter.package_as == 'container' %}

{% endif %}
{% if cookiecutter.__uses_aws %}
from scripts.local_aws import local_aws
{% endif %}
{% if cookiecutter.package_as == 'container' %}
from scripts.served import send, served_url
{% endif %}

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = "{{ cookiecutter.__package }}"


@dataclass(frozen=True)
class LocalContext:
    """What Lambda says of an invocation, as far as it means something on this machine."""

    function_name: str = "local"
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:local"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the invocation may still last, in milliseconds."""
        return 10_000


def local_environment() -> dict[str, str]:
    """Return the environment variables that `local.env` sets."""
    lines = (PROJECT / "local.env").read_text(encoding="utf-8").splitlines()
    assignments = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in assignments}


def readable(response: object) -> str:
    """Return `response` as indented JSON; a body that is JSON itself is shown as such, not as a quoted string."""
    if isinstance(response, dict) and isinstance(response.get("body"), str):
        with contextlib.suppress(ValueError):
            response = response | {"body": json.loads(response["body"])}
    return json.dumps(response, indent=2, ensure_ascii=False)


def call_handler(event: object) -> object:
    """Return the handler's response; end with one line if the handler, or its environment, refuses."""
    try:
        return importlib.import_module(f"{PACKAGE}.handler").lambda_handler(event, LocalContext())
    except Exception as error:
        if type(error).__module__.partition(".")[0] == PACKAGE:
            sys.exit(f"invoke: {type(error).__name__}: {error}")
        raise

{% if cookiecutter.package_as == 'container' %}

def call_image(url: str, event: object) -> object:
    """Return the response of the function that is served at `url`; end with one line if it fails."""
    try:
        response = send(url, event)
    except OSError as error:
        sys.exit(f"invoke: no answer from {url}: {error}; if nothing is served, delete .build/served")
    if isinstance(response, dict) and "errorType" in response:
        sys.exit(f"invoke: {response['errorType']}: {response.get('errorMessage')}")
    return response

{% endif %}

def main() -> None:
    """Read the event and hand it to the {{ "image that is served, else to the handler" if cookiecutter.package_as == 'container' else "handler" }}."""
    parser = argparse.ArgumentParser(description="Invoke the handler on this machine.")
    parser.add_argument("event", type=Path, nargs="?", default=PROJECT / "events" / "order.json", help="a JSON file")
    path: Path = parser.parse_args().event
    try:
        event = json.loads(path.read_text(encoding="utf-8"))
        environment = local_environment()
    except OSError as error:
        sys.exit(f"invoke: cannot read {error.filename}: {error.strerror}")
    except ValueError as error:
        sys.exit(f"invoke: {path} is not JSON: {error}")
{% if cookiecutter.package_as == 'container' %}
    if url := served_url():
        print(f"invoke: sent to the image at {url}", file=sys.stderr)
        print(readable(call_image(url, event)))
        return
{% endif %}
    os.environ.update(environment)
    sys.path.insert(0, str(PROJECT / "src"))
{% if cookiecutter.__uses_aws %}
    with (
        contextlib.redirect_stdout(sys.stderr),
        local_aws(),
    ):
{% else %}
    with contextlib.redirect_stdout(sys.stderr):
{% endif %}
        response = call_handler(event)
    print(readable(response))


if __name__ == "__main__":
    main()
