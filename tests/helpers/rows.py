"""The answers that tests try: few rows in which each pair of values meets.

They are chosen by hand so that they run fast: SAM wherever the pairs allow it, mypy with the CDK in Python once (it
takes minutes), and an image that runs on x86-64 once.
"""

from helpers.support import Answers


def read(table: str) -> list[Answers]:
    """Return the rows of `table`, whose first line names the answers."""
    keys, *rows = (line.split() for line in table.strip().splitlines())
    return [dict(zip(keys, row, strict=True)) for row in rows]


# What is used for real: the defaults, the last value of each answer, then by Python version. Each event source meets
# each of these, so none can go.
PROJECTS = read("""
deploy_with    package_as python_version architecture event_source storage  idempotency type_checker ci     license
sam            zip        3.10           arm64        http-api     none     false       mypy         github MIT
cdk-typescript container  3.14           x86_64       s3           dynamodb true        pyrefly      none   Proprietary
cdk-typescript zip        3.10           x86_64       sqs          dynamodb false       pyrefly      gitlab Apache-2.0
sam            container  3.10           arm64        eventbridge  none     false       pyrefly      github Proprietary
sam            container  3.10           arm64        schedule     dynamodb true        pyrefly      gitlab Apache-2.0
cdk-python     zip        3.10           x86_64       s3           dynamodb false       pyrefly      none   MIT
sam            zip        3.11           x86_64       http-api     dynamodb true        pyrefly      none   Apache-2.0
sam            container  3.11           arm64        sqs          dynamodb false       pyrefly      github MIT
cdk-python     zip        3.11           x86_64       eventbridge  none     false       pyrefly      github Apache-2.0
cdk-typescript zip        3.11           arm64        schedule     none     true        mypy         github Proprietary
sam            zip        3.11           arm64        s3           dynamodb true        mypy         gitlab Apache-2.0
sam            zip        3.12           x86_64       http-api     none     true        mypy         none   Apache-2.0
sam            container  3.12           arm64        sqs          dynamodb false       pyrefly      gitlab Proprietary
cdk-typescript container  3.12           arm64        eventbridge  none     false       pyrefly      none   Apache-2.0
cdk-python     zip        3.12           x86_64       schedule     dynamodb false       pyrefly      none   Proprietary
sam            zip        3.12           arm64        s3           none     false       pyrefly      github MIT
cdk-typescript container  3.13           arm64        http-api     dynamodb false       pyrefly      github MIT
cdk-python     container  3.13           arm64        sqs          none     true        mypy         none   Proprietary
sam            zip        3.13           x86_64       eventbridge  none     true        pyrefly      gitlab MIT
sam            container  3.13           arm64        schedule     dynamodb true        pyrefly      gitlab MIT
sam            container  3.13           arm64        s3           dynamodb false       pyrefly      gitlab Apache-2.0
cdk-python     zip        3.14           x86_64       http-api     none     false       pyrefly      gitlab Proprietary
sam            container  3.14           arm64        sqs          none     true        pyrefly      github Apache-2.0
sam            container  3.14           arm64        eventbridge  dynamodb true        mypy         gitlab Proprietary
sam            container  3.14           arm64        schedule     dynamodb true        pyrefly      none   MIT
""")

# What stacks depend on, and the pipeline.
STACKS = read("""
deploy_with    package_as event_source storage  idempotency ci
sam            zip        http-api     none     false       github
sam            zip        sqs          dynamodb true        gitlab
sam            zip        eventbridge  none     true        none
sam            container  schedule     dynamodb true        github
sam            zip        s3           none     true        gitlab
cdk-python     container  http-api     dynamodb true        gitlab
cdk-python     zip        sqs          none     false       none
cdk-python     zip        eventbridge  dynamodb true        github
cdk-python     zip        schedule     none     true        gitlab
cdk-python     container  s3           dynamodb false       none
cdk-typescript container  http-api     dynamodb false       none
cdk-typescript container  sqs          none     true        github
cdk-typescript container  eventbridge  dynamodb false       gitlab
cdk-typescript zip        schedule     none     false       none
cdk-typescript zip        s3           dynamodb false       github
""")
