"""An AWS Lambda function that confirms orders."""

from . import startup  # noqa: F401 - must run before pydantic and Powertools are imported
