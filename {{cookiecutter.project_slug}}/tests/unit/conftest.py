import io

import pytest
from support import Logs

from {{ cookiecutter.__package }}.observability import logger


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Logs:
    stream = io.StringIO()
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", stream)
    return Logs(stream)
