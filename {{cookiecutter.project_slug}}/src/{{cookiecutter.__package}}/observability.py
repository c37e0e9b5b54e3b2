"""Logger and metrics, in one place; both read their names from the environment."""

from aws_lambda_powertools import Logger, Metrics

# Lambda reads the level and time of a JSON log line only if its timestamp is in RFC 3339 format.
logger = Logger(use_rfc3339=True)
metrics = Metrics()
