"""Findings of scanners that are accepted in what is deployed, with their reasons.

Users of SAM run no scanner, and those of the CDK only cdk-nag, at each synthesis: what cdk-nag finds with the CDK is
accepted in the project's code. All else is accepted here, so that no project carries metadata for a tool that it does
not run.
"""

from collections.abc import Mapping

# The reason, by the logical id of the resource (with the CDK without the hash at its end) and the id of the check.
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
ONE_AT_A_TIME = "CodeDeploy invokes it once per deployment."
SHARED_CONCURRENCY = "A reservation is a setting of the stage: it takes concurrency from the account's other functions."
KEY_IS_A_SETTING = "The service encrypts with a key of its own, unless the stage sets another: `key_arn`."

DEPLOYMENTS = "arn:<AWS::Partition>:codedeploy:<AWS::Region>:<AWS::AccountId>:deploymentgroup:<Application>/*"

WITH_SAM: Accepted = {
    ("Function", "CKV_AWS_117"): NO_VPC,
    ("FunctionRole", "AwsSolutions-IAM5[Resource::*]"): NO_TRACE_RESOURCE,
    ("FunctionRole", "Serverless-LambdaStarPermissions"): NO_TRACE_RESOURCE,
    (
        "AlarmSubscription",
        "Serverless-SNSRedrivePolicy",
    ): "SNS retries email, and the alarm shows in CloudWatch anyway.",
    ("ReleaseRole", "AwsSolutions-IAM5[Resource::*]"): "The AWS managed policy for CodeDeploy grants the same.",
    ("PreTraffic", "Serverless-LambdaDLQ"): SYNCHRONOUS_HOOK,
    ("PreTraffic", "CKV_AWS_115"): ONE_AT_A_TIME,
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


WITH_SAM_BY_SOURCE: dict[str, Accepted] = {
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
        ("FunctionRole", "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::my-lambda-service-<Stage>-<Id>/*]"): (
            "The function reads any object, but in this bucket only."
        ),
        ("Bucket", "AwsSolutions-S1"): NO_ACCESS_LOGS,
        ("Bucket", "CKV_AWS_18"): NO_ACCESS_LOGS,
    },
}


WITH_CDK: Accepted = {
    ("ServiceFunction", "CKV_AWS_115"): SHARED_CONCURRENCY,
    ("ServiceFunction", "CKV_AWS_117"): NO_VPC,
    ("ServiceFunction", "CKV_AWS_173"): KEY_IS_A_SETTING,
    ("ServiceLogGroup", "CKV_AWS_158"): KEY_IS_A_SETTING,
    ("ReleasePreTrafficHookFunction", "CKV_AWS_115"): ONE_AT_A_TIME,
    ("ReleasePreTrafficHookFunction", "CKV_AWS_116"): SYNCHRONOUS_HOOK,
    ("ReleasePreTrafficHookFunction", "CKV_AWS_117"): NO_VPC,
    ("ReleasePreTrafficHookFunction", "CKV_AWS_173"): KEY_IS_A_SETTING,
    ("ReleasePreTrafficHookLogGroup", "CKV_AWS_158"): KEY_IS_A_SETTING,
}
WITH_CDK_AND_IDEMPOTENCY: Accepted = {("IdempotencyTable", "CKV_AWS_119"): KEY_IS_A_SETTING}
DEAD_LETTERS: Accepted = {("EventSourceDeadLetterQueue", "CKV_AWS_27"): KEY_IS_A_SETTING}
FAILURES: Accepted = {("EventSourceFailureDestinationQueue", "CKV_AWS_27"): KEY_IS_A_SETTING}

WITH_CDK_BY_SOURCE: dict[str, Accepted] = {
    "http-api": {
        ("ServiceFunction", "CKV_AWS_116"): CALLER_GETS_ERROR,
        ("EventSourceLogGroup", "CKV_AWS_158"): KEY_IS_A_SETTING,
    },
    "sqs": {
        ("ServiceFunction", "CKV_AWS_116"): QUEUE_KEEPS_MESSAGES,
        ("EventSourceQueue", "CKV_AWS_27"): KEY_IS_A_SETTING,
        **DEAD_LETTERS,
    },
    "eventbridge": {("ServiceFunction", "CKV_AWS_116"): ON_FAILURE, **DEAD_LETTERS, **FAILURES},
    "schedule": {("ServiceFunction", "CKV_AWS_116"): ON_FAILURE, **DEAD_LETTERS, **FAILURES},
    "s3": {
        ("ServiceFunction", "CKV_AWS_116"): ON_FAILURE,
        ("EventSourceBucket", "CKV_AWS_18"): NO_ACCESS_LOGS,
        **FAILURES,
    },
}


def accepted_by_cdk_nag(event_source: str) -> Accepted:
    """Return the findings of cdk-nag that are accepted in what SAM deploys for `event_source`."""
    every = WITH_SAM | WITH_SAM_BY_SOURCE[event_source]
    return {key: reason for key, reason in every.items() if not key[1].startswith("CKV_")}


def accepted_by_checkov(answers: Mapping[str, str]) -> Accepted:
    """Return the findings of Checkov that are accepted in what is deployed for `answers`."""
    event_source = answers["event_source"]
    if answers["deploy_with"] == "sam":
        every = WITH_SAM | WITH_SAM_BY_SOURCE[event_source]
    else:
        every = WITH_CDK | WITH_CDK_BY_SOURCE[event_source]
        every |= WITH_CDK_AND_IDEMPOTENCY if answers["idempotency"] == "true" else {}
    return {key: reason for key, reason in every.items() if key[1].startswith("CKV_")}
