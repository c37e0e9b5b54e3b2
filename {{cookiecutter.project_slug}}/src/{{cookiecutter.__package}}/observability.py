"""Logger and metrics, in one place; both take their names from the environment."""

from aws_lambda_powertools import Logger, Metrics

# Lambda reads level and time from JSON log lines only if the timestamp is in RFC 3339.
logger = Logger(use_rfc3339=True)
metrics = Metrics()
