"""The projects that are deployed."""

from helpers.rows import read
from helpers.support import AXES, Answers

# Every event source with SAM and the CDK, and once with idempotency; storage with each tool, and where orders are saved
# in batches. Both languages of the CDK synthesize the same template (`tests/test_parity.py`): one of them is enough.
ROWS = read("""
deploy_with    event_source storage  idempotency
sam            sqs          none     false
sam            http-api     dynamodb false
sam            eventbridge  dynamodb true
sam            schedule     none     false
sam            s3           none     true
cdk-python     http-api     none     true
cdk-python     schedule     none     true
cdk-python     s3           dynamodb false
cdk-typescript sqs          dynamodb true
cdk-typescript eventbridge  none     false
""")
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
