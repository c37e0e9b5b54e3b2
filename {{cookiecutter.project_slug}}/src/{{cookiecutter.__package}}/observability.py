"""Logger and metrics, in one place; both read their names from the environment."""

import logging
import warnings

from aws_lambda_powertools import Logger, Metrics

# Lambda reads the level and time of a JSON log line only if its timestamp is in RFC 3339 format.
logger = Logger(use_rfc3339=True)
metrics = Metrics()

# Loggers of this package have the function's log level; startup.py limits all others. TRACE is no level of Python's.
for name in (logger.name, __package__):
    logging.getLogger(name).setLevel(logger.log_level or logging.DEBUG)

# Warnings are JSON, too.
python_warnings = logging.getLogger("py.warnings")
python_warnings.addHandler(logger.registered_handler)
python_warnings.propagate = False

# The hundredth value of a metric publishes all of them; no more may follow.
warnings.filterwarnings("ignore", "No application metrics to publish")
