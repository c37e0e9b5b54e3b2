"""An AWS Lambda function that confirms orders."""

import os

from .lazy_imports import import_lazily

# At its first model, pydantic searches all that is installed for plugins: an eighth of a cold start, to find none.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
import_lazily("importlib.metadata")
