"""The projects that are deployed."""

from helpers.support import AXES, Answers

# Every event source with SAM and the CDK, and once with idempotency. Both languages of the CDK synthesize the same
# template (`tests/test_parity.py`): one of them is enough.
ROWS = [
    {"deploy_with": deploy_with, "event_source": event_source, "idempotency": idempotency}
    for deploy_with, event_source, idempotency in [
        ("sam", "sqs", "false"),
        ("sam", "http-api", "false"),
        ("sam", "eventbridge", "true"),
        ("sam", "schedule", "false"),
        ("sam", "s3", "true"),
        ("cdk-python", "http-api", "true"),
        ("cdk-python", "schedule", "true"),
        ("cdk-python", "s3", "false"),
        ("cdk-typescript", "sqs", "true"),
        ("cdk-typescript", "eventbridge", "false"),
    ]
]
# The one that the quick tests deploy as well.
QUICK = ROWS[0]
PYTHON = AXES["python_version"][0]
# What a stage is deployed with from the start: a schedule that fires while the other tests run.
SETTINGS = {"schedule": {"ScheduleExpression": "rate(1 minute)"}}


def rows(**answers: str) -> list[Answers]:
    """Return the rows that give these answers."""
    return [row for row in ROWS if row.items() >= answers.items()]


# For what depends on the tool alone.
ONE_PER_TOOL = [rows(deploy_with=tool)[-1] for tool in AXES["deploy_with"]]
