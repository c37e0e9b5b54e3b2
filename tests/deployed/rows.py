"""The projects that are deployed."""

from helpers.rows import read
from helpers.support import AXES, Answers

# Every event source, each tool with several, and storage and idempotency with each tool; storage also where orders are
# saved in batches. That the tools synthesize the same for each source is tested without a deployment
# (`tests/test_parity.py`).
ROWS = read("""
deploy_with    event_source    storage  idempotency
sam            sqs             none     false
sam            http-api        dynamodb true
sam            eventbridge     dynamodb true
sam            kinesis         dynamodb true
sam            s3              none     true
cdk-python     schedule        none     true
cdk-python     sns             dynamodb true
cdk-python     dynamodb-stream dynamodb true
cdk-python     s3              dynamodb false
cdk-typescript function-url    dynamodb true
cdk-typescript sqs             dynamodb true
cdk-typescript eventbridge     none     false
""")
# The one that the quick tests deploy as well.
QUICK = ROWS[0]
PYTHON = AXES["python_version"][0]
# What a stage is deployed with from the start: a schedule that fires while the other tests run, a filter.
SETTINGS = {
    "schedule": {"ScheduleExpression": "rate(1 minute)"},
    "sns": {"FilterPolicy": r"{\"event_type\": [\"order_placed\"]}"},
}


def rows(**answers: str) -> list[Answers]:
    """Return the rows that give these answers."""
    return [row for row in ROWS if row.items() >= answers.items()]


# For what depends on the tool alone.
ONE_PER_TOOL = [rows(deploy_with=tool)[-1] for tool in AXES["deploy_with"]]
