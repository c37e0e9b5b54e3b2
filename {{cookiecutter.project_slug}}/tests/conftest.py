import os
{% if cookiecutter.__uses_aws %}
from contextlib import ExitStack
{% endif %}
from typing import cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from scripts.invoke import LocalContext, local_environment
{% if cookiecutter.__uses_aws %}
from scripts.local_aws import local_aws
{% endif %}
from tests.support import Sample, read_sample

# What the shell says to AWS's tools, to Lambda's client and to Powertools is not for the tests.
for name in [each for each in os.environ if each.startswith(("AWS_", "LOG_LEVEL", "POWERTOOLS_", "_X_AMZN_"))]:
    del os.environ[name]
{% if cookiecutter.__uses_aws %}
# The handler reads its settings and makes its clients at import, and the tests import the handler.
os.environ.update(local_environment())
stand_ins = ExitStack()
stand_ins.enter_context(local_aws())


def pytest_unconfigure() -> None:
    stand_ins.close()
{% else %}
# The handler reads its settings at import, and the tests import the handler.
os.environ.update(local_environment())
{% endif %}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("slow_imports", "what the function needs at its start, of what takes long to import", type="linelist")
    parser.addini("max_artifact_megabytes", "what the artifact may weigh, unpacked and with bytecode", type="int")


@pytest.fixture
def sample() -> Sample:
    return read_sample


@pytest.fixture
def context() -> LambdaContext:
    return cast("LambdaContext", LocalContext())
