import os
from typing import cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from invoke import LocalContext, local_environment
from support import Sample, read_sample

# The handler reads its settings at import, and the tests import the handler.
os.environ.update(local_environment())


@pytest.fixture
def sample() -> Sample:
    return read_sample


@pytest.fixture
def context() -> LambdaContext:
    return cast("LambdaContext", LocalContext())
