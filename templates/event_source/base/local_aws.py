"""A fake, on this machine, of the AWS services that the function calls."""

{% block stdlib %}{% endblock %}
import logging
import os
from collections.abc import Generator
from contextlib import contextmanager
{% block more_stdlib %}{% endblock %}

import boto3
from moto.server import ThreadedMotoServer

{% block project %}{% endblock %}
# Nothing reaches AWS, and no key, profile or proxy of yours is used.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",  # pragma: allowlist secret - it opens nothing
    "AWS_SESSION_TOKEN": "local",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_REGION": "eu-central-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "NO_PROXY": "127.0.0.1",
    "no_proxy": "127.0.0.1",
}


@contextmanager
def local_aws() -> Generator[None]:
    """Let boto3 talk to a fake that has what the stack would create, until the block ends."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # the server's log of requests
    before = os.environ.copy()
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(CREDENTIALS, AWS_ENDPOINT_URL=f"http://{host}:{port}")
    try:
{% if cookiecutter.__has_queue %}
        create_failure_queue()
{% endif %}
{% if cookiecutter.__stored %}
        create_orders_table()
{% endif %}
{% if cookiecutter.idempotency %}
        create_idempotency_table()
{% endif %}
{% block create %}{% endblock %}
        yield
    finally:
        server.stop()
        os.environ.clear()
        os.environ.update(before)
{% if cookiecutter.__has_queue %}


def create_failure_queue() -> None:
    """Create the queue to which the function sends what it rejects."""
    url = os.environ["{{ 'DEAD_LETTER_QUEUE_URL' if cookiecutter.__dead_letters else 'FAILURE_QUEUE_URL' }}"]
    boto3.client("sqs").create_queue(QueueName=url.rpartition("/")[2])
{% endif %}
{% include 'storage/base/local_tables.py' %}
{% block functions %}{% endblock %}
