from typing import Any

import pytest

from validate import expand_template


@pytest.fixture(scope="session")
def template() -> dict[str, dict[str, Any]]:
    """The template as AWS SAM expands it."""
    return expand_template()


@pytest.fixture(scope="session")
def resources(template: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the template makes, by logical id."""
    return template["Resources"]


@pytest.fixture(scope="session")
def parameters(template: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the template lets its user set, by name."""
    return template["Parameters"]
