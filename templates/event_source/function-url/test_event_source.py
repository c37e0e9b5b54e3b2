{% extends 'event_source/base/http/test_event_source.py' %}
{% block imports %}
from collections.abc import Callable
from dataclasses import replace

import pytest

from infra.stages import STAGES, Stage
from tests.infra.synthesis import Synthesis
{% endblock %}
{% block tests %}
def test_url_requires_signatures(synthesis: Synthesis) -> None:
    url = synthesis.properties_of(synthesis.stack.source.url)
    assert url["AuthType"] == "AWS_IAM", "with another type, the function URL is open to everyone"


def test_url_allows_the_origins(synthesize: Callable[[Stage], Synthesis]) -> None:
    synthesis = synthesize(replace(STAGES[0], cors_origins="https://app.example.com,https://admin.example.com"))
    cors = synthesis.properties_of(synthesis.stack.source.url)["Cors"]
    assert cors["AllowOrigins"] == ["https://app.example.com", "https://admin.example.com"]


def test_origins_have_no_path() -> None:
    with pytest.raises(ValueError, match="cors_origins must be text that matches"):
        replace(STAGES[0], cors_origins="https://app.example.com/orders")
{% endblock %}
