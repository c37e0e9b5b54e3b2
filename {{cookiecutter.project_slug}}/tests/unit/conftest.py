import io
{% if cookiecutter.__keeps_events %}
import os
from collections.abc import Callable{{ ', Collection' if cookiecutter.__batches }}
{% endif %}

import pytest

{% if cookiecutter.__stored %}
from {{ cookiecutter.__package }} import orders
{% endif %}
{% if cookiecutter.__keeps_events %}
from {{ cookiecutter.__package }}.failure_queue import sqs_client
{% endif %}
from {{ cookiecutter.__package }}.observability import logger
{% if cookiecutter.__stored %}
from {{ cookiecutter.__package }}.repository import AddResult, KeptOrder
{% endif %}

from tests.support import Logs
{% if cookiecutter.__keeps_events %}

TakeKept = Callable[[], list[str]]
{% endif %}


{% if cookiecutter.__stored %}
{% include 'storage/dynamodb/conftest.py' %}


{% endif %}
@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Logs:
    stream = io.StringIO()
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", stream)
    return Logs(stream)
{% if cookiecutter.__keeps_events %}


@pytest.fixture
def take_kept() -> TakeKept:
    """Return what takes the messages out of the on-failure destination, which is empty now."""
    sqs, url = sqs_client(), os.environ["FAILURE_QUEUE_URL"]

    def take() -> list[str]:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in messages]

    while take():
        pass
    return take
{% endif %}
