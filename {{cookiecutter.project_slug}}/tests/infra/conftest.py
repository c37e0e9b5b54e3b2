from typing import Any

import pytest

from validate import expand_template


@pytest.fixture(scope="session")
def resources() -> dict[str, dict[str, Any]]:
    """The resources of the template as AWS SAM expands it, by logical id."""
    expanded = expand_template()
    found: dict[str, dict[str, Any]] = expanded["Resources"]
    return found
