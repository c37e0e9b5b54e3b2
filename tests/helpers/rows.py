"""The answers that tests try: few rows in which each pair of values meets.

They are chosen by hand so that they run fast: SAM wherever the pairs allow it, mypy with the CDK in Python once (it
takes minutes), and an image that runs on x86-64 once.
"""

from helpers.support import Answers


def read(table: str) -> list[Answers]:
    """Return the rows of `table`, whose first line names the answers."""
    keys, *rows = (line.split() for line in table.strip().splitlines())
    return [dict(zip(keys, row, strict=True)) for row in rows]


# Projects whose pipeline runs: the defaults, the last value of each answer, then by Python version. Each pair of values
# meets, apart from those with an event source.
PIPELINES = read("""
deploy_with    package_as python_version architecture event_source    storage  idempotency type_checker ci     license
sam            zip        3.10           arm64        http-api        none     false       mypy         github MIT
cdk-typescript container  3.14           x86_64       kinesis         dynamodb true        pyrefly      none   Proprietary
cdk-typescript zip        3.10           x86_64       s3              none     false       mypy         none   Proprietary
cdk-python     container  3.10           arm64        kinesis         dynamodb true        pyrefly      gitlab Apache-2.0
cdk-python     container  3.11           arm64        function-url    none     false       pyrefly      none   MIT
cdk-typescript zip        3.11           x86_64       sns             none     true        pyrefly      gitlab Proprietary
sam            zip        3.11           x86_64       kinesis         dynamodb true        mypy         github Apache-2.0
cdk-python     zip        3.12           x86_64       sqs             dynamodb true        pyrefly      none   MIT
cdk-typescript container  3.12           arm64        schedule        none     false       pyrefly      gitlab Apache-2.0
sam            container  3.12           arm64        dynamodb-stream dynamodb false       mypy         github Proprietary
cdk-typescript zip        3.13           x86_64       http-api        dynamodb false       pyrefly      github MIT
sam            container  3.13           arm64        eventbridge     none     false       pyrefly      none   Apache-2.0
cdk-python     container  3.13           arm64        s3              dynamodb true        mypy         gitlab Proprietary
cdk-python     zip        3.14           arm64        http-api        none     true        pyrefly      github Apache-2.0
sam            container  3.14           arm64        sns             none     false       mypy         gitlab MIT
""")
# Projects whose code is checked and tested, so that the other pairs with an event source meet: what the rest of a
# pipeline does with its resources is tested for `STACKS`.
CHECKED = read("""
deploy_with    package_as python_version architecture event_source    storage  idempotency type_checker ci     license
sam            container  3.10           x86_64       sqs             dynamodb true        pyrefly      github Proprietary
cdk-python     zip        3.10           arm64        eventbridge     dynamodb true        pyrefly      github Apache-2.0
sam            container  3.10           x86_64       schedule        dynamodb true        mypy         github MIT
sam            zip        3.10           x86_64       function-url    dynamodb true        pyrefly      github Apache-2.0
cdk-typescript zip        3.10           arm64        sns             none     false       pyrefly      github Apache-2.0
cdk-typescript container  3.10           arm64        dynamodb-stream dynamodb true        pyrefly      none   MIT
sam            zip        3.11           x86_64       http-api        dynamodb true        pyrefly      gitlab Proprietary
cdk-typescript container  3.11           x86_64       sqs             dynamodb true        pyrefly      gitlab MIT
cdk-typescript zip        3.11           x86_64       eventbridge     none     true        pyrefly      none   Proprietary
sam            container  3.11           arm64        schedule        dynamodb false       pyrefly      gitlab MIT
cdk-python     container  3.11           arm64        s3              dynamodb false       pyrefly      github Proprietary
cdk-python     zip        3.11           arm64        dynamodb-stream dynamodb true        pyrefly      gitlab Apache-2.0
sam            container  3.12           arm64        http-api        none     false       pyrefly      none   Proprietary
sam            zip        3.12           x86_64       eventbridge     none     true        mypy         gitlab MIT
sam            zip        3.12           arm64        s3              none     false       pyrefly      github MIT
sam            zip        3.12           x86_64       function-url    none     true        mypy         gitlab Proprietary
cdk-python     container  3.12           x86_64       sns             none     false       pyrefly      none   Proprietary
sam            container  3.12           x86_64       kinesis         none     false       pyrefly      github MIT
sam            zip        3.13           arm64        sqs             none     true        mypy         gitlab MIT
sam            container  3.13           arm64        schedule        none     true        pyrefly      github Proprietary
cdk-typescript container  3.13           arm64        function-url    dynamodb false       pyrefly      gitlab Proprietary
sam            zip        3.13           arm64        sns             dynamodb true        pyrefly      none   MIT
sam            zip        3.13           x86_64       dynamodb-stream none     true        pyrefly      none   MIT
sam            zip        3.13           x86_64       kinesis         dynamodb false       mypy         github Proprietary
sam            container  3.14           x86_64       sqs             dynamodb false       pyrefly      gitlab Apache-2.0
sam            zip        3.14           x86_64       eventbridge     none     true        pyrefly      gitlab Apache-2.0
cdk-python     zip        3.14           arm64        schedule        dynamodb false       pyrefly      none   MIT
sam            container  3.14           x86_64       s3              none     true        pyrefly      github Apache-2.0
sam            container  3.14           arm64        function-url    dynamodb false       pyrefly      none   MIT
sam            container  3.14           x86_64       dynamodb-stream dynamodb false       pyrefly      none   MIT
""")
PROJECTS = [*PIPELINES, *CHECKED]

# What stacks depend on, and the pipeline.
STACKS = read("""
deploy_with    package_as event_source    storage  idempotency ci
sam            zip        http-api        none     false       github
sam            zip        sqs             dynamodb true        gitlab
sam            zip        eventbridge     none     true        none
sam            container  schedule        dynamodb true        github
sam            zip        s3              none     true        gitlab
sam            zip        function-url    dynamodb true        gitlab
sam            zip        sns             dynamodb false       github
sam            zip        dynamodb-stream none     true        gitlab
sam            zip        kinesis         dynamodb false       github
cdk-python     container  http-api        dynamodb true        gitlab
cdk-python     zip        sqs             none     false       none
cdk-python     zip        eventbridge     dynamodb true        github
cdk-python     zip        schedule        none     true        gitlab
cdk-python     container  s3              dynamodb false       none
cdk-python     container  function-url    none     true        none
cdk-python     container  sns             none     true        none
cdk-python     container  dynamodb-stream dynamodb true        none
cdk-python     container  kinesis         none     true        gitlab
cdk-typescript container  http-api        dynamodb false       none
cdk-typescript container  sqs             none     true        github
cdk-typescript container  eventbridge     dynamodb false       gitlab
cdk-typescript zip        schedule        none     false       none
cdk-typescript zip        s3              dynamodb false       github
cdk-typescript zip        function-url    dynamodb false       github
cdk-typescript zip        sns             dynamodb true        gitlab
cdk-typescript zip        dynamodb-stream dynamodb false       github
cdk-typescript zip        kinesis         dynamodb true        none
""")
