import os
{% if cookiecutter.__uses_aws %}
from contextlib import ExitStack
{% endif %}
from typing import cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

{% if cookiecutter.__uses_aws %}
from scripts.invoke import LocalContext, local_environment
from scripts.local_aws import local_aws
{% else %}
from scripts.invoke import NO_ACCOUNT, LocalContext, local_environment
{% endif %}
from tests.support import Event, Sample, read_sample, sample_event

# What the shell tells AWS's tools, Lambda's client and Powertools; only tests/e2e needs its credentials.
OF_THE_SHELL = ("AWS_", "LOG_LEVEL", "POWERTOOLS_", "_X_AMZN_")
{% if cookiecutter.__uses_aws %}
local = ExitStack()
{% endif %}

if "SMOKE_STAGE" not in os.environ:
    for name in [each for each in os.environ if each.startswith(OF_THE_SHELL)]:
        del os.environ[name]
{% if cookiecutter.__uses_aws %}
    # The handler reads its settings and creates its clients at import, and the tests import the handler.
    os.environ.update(local_environment())
    local.enter_context(local_aws())
{% else %}
    # The handler reads its settings at import, and the tests import the handler.
    os.environ.update(NO_ACCOUNT | local_environment())
{% endif %}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("slow_imports", "slow modules that the function needs at init", type="linelist")
    parser.addini("max_artifact_megabytes", "maximum size of the package, unpacked and with bytecode", type="int")
{% if cookiecutter.__uses_aws %}


def pytest_unconfigure() -> None:
    local.close()
{% endif %}


@pytest.fixture
def sample() -> Sample:
    return read_sample


@pytest.fixture
def event() -> Event:
    return sample_event()


@pytest.fixture
def context() -> LambdaContext:
    return cast("LambdaContext", LocalContext())
