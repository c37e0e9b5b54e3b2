"""Findings of cdk-nag and Checkov that are accepted in what SAM deploys, with their reasons.

Users of SAM run neither scanner, so their templates carry no metadata for them. With the CDK, which runs cdk-nag at
each synthesis, findings are accepted in the project's code.
"""

# The reason, by the logical id of the resource and the id of the check.
Accepted = dict[tuple[str, str], str]

NO_VPC = "The functions use no resource in a VPC."
NO_TRACE_RESOURCE = "X-Ray has no resource-level permissions for the actions that send traces."
SYNCHRONOUS_HOOK = "CodeDeploy waits for the result, and a missing one fails the deployment: no event is lost."
NEW_EACH_TIME = "Each release creates a version and a deployment."
HOLDS_FAILURES = "This queue holds failed events and needs no dead-letter queue of its own."
ON_FAILURE = "An on-failure destination receives failed events, with the error."
CALLER_GETS_ERROR = "The API invokes the function synchronously: the caller gets the error, and no event is lost."
QUEUE_KEEPS_MESSAGES = "Failed messages return to the queue, which has its own dead-letter queue."
NO_ACCESS_LOGS = "Access logs need a second bucket; CloudTrail data events can record access instead."

DEPLOYMENTS = "arn:<AWS::Partition>:codedeploy:<AWS::Region>:<AWS::AccountId>:deploymentgroup:<Application>/*"

FOR_ALL: Accepted = {
    ("Function", "CKV_AWS_117"): NO_VPC,
    ("FunctionRole", "AwsSolutions-IAM5[Resource::*]"): NO_TRACE_RESOURCE,
    ("FunctionRole", "Serverless-LambdaStarPermissions"): NO_TRACE_RESOURCE,
    (
        "AlarmSubscription",
        "Serverless-SNSRedrivePolicy",
    ): "SNS retries email, and the alarm shows in CloudWatch anyway.",
    ("ReleaseRole", "AwsSolutions-IAM5[Resource::*]"): "The AWS managed policy for CodeDeploy grants the same.",
    ("PreTraffic", "Serverless-LambdaDLQ"): SYNCHRONOUS_HOOK,
    ("PreTraffic", "CKV_AWS_115"): "CodeDeploy invokes it once per deployment.",
    ("PreTraffic", "CKV_AWS_116"): SYNCHRONOUS_HOOK,
    ("PreTraffic", "CKV_AWS_117"): NO_VPC,
    ("PreTrafficRole", "AwsSolutions-IAM5[Resource::*]"): NO_TRACE_RESOURCE,
    ("PreTrafficRole", "Serverless-LambdaStarPermissions"): NO_TRACE_RESOURCE,
    ("PreTrafficRole", "AwsSolutions-IAM5[Resource::<Function.Arn>:*]"): NEW_EACH_TIME,
    ("PreTrafficRole", f"AwsSolutions-IAM5[Resource::{DEPLOYMENTS}]"): NEW_EACH_TIME,
}


def no_dead_letter_queue(reason: str) -> Accepted:
    """Return what both scanners find in a function without a dead-letter queue of its own."""
    return {("Function", "Serverless-LambdaDLQ"): reason, ("Function", "CKV_AWS_116"): reason}


def holds_failures(queue: str) -> Accepted:
    """Return what cdk-nag finds in a queue that holds failed events, if it is no queue's dead-letter queue."""
    return {
        (queue, "AwsSolutions-SQS3"): HOLDS_FAILURES,
        (queue, "Serverless-SQSRedrivePolicy"): HOLDS_FAILURES,
    }


BY_SOURCE: dict[str, Accepted] = {
    "http-api": no_dead_letter_queue(CALLER_GETS_ERROR),
    "sqs": {
        **no_dead_letter_queue(QUEUE_KEEPS_MESSAGES),
        ("Function", "Serverless-LambdaEventSourceMappingDestination"): QUEUE_KEEPS_MESSAGES,
        ("DeadLetterQueue", "Serverless-SQSRedrivePolicy"): HOLDS_FAILURES,
    },
    "eventbridge": {
        **no_dead_letter_queue(ON_FAILURE),
        **holds_failures("DeadLetterQueue"),
        **holds_failures("FailureQueue"),
    },
    "schedule": {
        **no_dead_letter_queue(ON_FAILURE),
        **holds_failures("DeadLetterQueue"),
        **holds_failures("FailureQueue"),
    },
    "s3": {
        **no_dead_letter_queue(ON_FAILURE),
        **holds_failures("FailureQueue"),
        ("FunctionRole", "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::<Name>/*]"): (
            "The function reads any object, but in this bucket only."
        ),
        ("Bucket", "AwsSolutions-S1"): NO_ACCESS_LOGS,
        ("Bucket", "CKV_AWS_18"): NO_ACCESS_LOGS,
    },
}


def accepted_with_sam(event_source: str) -> Accepted:
    """Return the findings that are accepted in the template of `event_source`."""
    return FOR_ALL | BY_SOURCE[event_source]
