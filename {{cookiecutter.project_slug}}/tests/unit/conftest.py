import io

import pytest

from {{ cookiecutter.__package }}.observability import logger

from tests.support import Logs


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Logs:
    stream = io.StringIO()
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", stream)
    return Logs(stream)
