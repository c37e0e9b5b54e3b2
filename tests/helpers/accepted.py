"""Findings of scanners that are accepted in what is deployed, with their reasons.

Users of SAM run no scanner, and those of the CDK only cdk-nag, at each synthesis: what cdk-nag finds with the CDK is
accepted in the project's code. All else is accepted here, or in the `expected.toml` of an event source, so that no
project carries metadata for a tool that it does not run.
"""

from collections.abc import Mapping

from helpers.sources import expected
from helpers.support import LONGEST_SLUG

# The reason, by the logical id of the resource (with the CDK without the hash at its end) and the id of the check.
Accepted = dict[tuple[str, str], str]

NO_VPC = "The functions use no resource in a VPC."
NO_TRACE_RESOURCE = "X-Ray has no resource-level permissions for the actions that send traces."
SYNCHRONOUS_HOOK = "CodeDeploy waits for the result, and a missing one fails the deployment: no event is lost."
NEW_EACH_TIME = "Each release creates a version and a deployment."
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
WITH_CDK_AND_STORAGE: Accepted = {("OrdersTable", "CKV_AWS_119"): KEY_IS_A_SETTING}


def accepted_of_source(event_source: str, tool: str) -> Accepted:
    """Return the findings that are accepted in the resources of `event_source`."""
    resources = expected(event_source)["accepted"][tool].items()
    return {
        (name, check.replace("<Slug>", LONGEST_SLUG)): reason
        for name, findings in resources
        for check, reason in findings.items()
    }


def accepted_by_cdk_nag(event_source: str) -> Accepted:
    """Return the findings of cdk-nag that are accepted in what SAM deploys for `event_source`."""
    every = WITH_SAM | accepted_of_source(event_source, "sam")
    return {key: reason for key, reason in every.items() if not key[1].startswith("CKV_")}


def accepted_by_checkov(answers: Mapping[str, str]) -> Accepted:
    """Return the findings of Checkov that are accepted in what is deployed for `answers`."""
    event_source = answers["event_source"]
    if answers["deploy_with"] == "sam":
        every = WITH_SAM | accepted_of_source(event_source, "sam")
    else:
        every = WITH_CDK | accepted_of_source(event_source, "cdk")
        every |= WITH_CDK_AND_IDEMPOTENCY if answers["idempotency"] == "true" else {}
        every |= WITH_CDK_AND_STORAGE if answers["storage"] == "dynamodb" else {}
    return {key: reason for key, reason in every.items() if key[1].startswith("CKV_")}
