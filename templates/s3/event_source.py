"""The event source: objects created in a bucket, with an on-failure destination."""

from typing import cast

from aws_cdk import (
    Acknowledgment,
    Aws,
    CfnOutput,
    CfnParameter,
    Duration,
    Fn,
    RemovalPolicy,
    Stack,
    Validations,
)
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.dashboard import Graph
from infra.failure_queue import FailureQueue, waiting_in
from infra.function import Needs, ServiceFunction
from infra.scanners import accept

# The id of cdk-nag's finding that the role may read all objects in the bucket.
ALL_OBJECTS = (
    "AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::orders-"
    '{"Fn::Select":[2,{"Fn::Split":["/",{"Ref":"AWS::StackId"}]}]}/*]'
)


class EventSource(Construct):
    """A private, encrypted bucket that is retained when the stack is deleted."""

    NEEDS = Needs(
        memory_size=1024,
        timeout_seconds=900,
        failures="An on-failure destination receives failed events, with the error.",
    )

    def __init__(self, scope: Construct, construct_id: str, function: ServiceFunction) -> None:
        """Create the bucket and the queue, with their stack parameters and outputs.

        Args:
            scope: the parent construct.
            construct_id: the id within `scope`.
            function: the function that processes the objects.
        """
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        prefix = CfnParameter(
            stack,
            "Prefix",
            description="Key prefix of the objects to process.",
            default="orders/",
        )
        suffix = CfnParameter(
            stack,
            "Suffix",
            description="Key suffix of the objects to process.",
            default=".jsonl.gz",
        )
        # A name made from the stack's id: the role and the permission can use it without a circular dependency.
        bucket_name = f"orders-{Fn.select(2, Fn.split('/', Aws.STACK_ID))}"
        bucket_arn = f"arn:{Aws.PARTITION}:s3:::{bucket_name}"
        bucket = s3.Bucket(
            self,
            "Bucket",
            bucket_name=bucket_name,
            enforce_ssl=True,
            versioned=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="CleanUp",
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                    noncurrent_version_expiration=Duration.days(30),
                ),
            ],
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        # The construct would add a custom resource with a function to set notifications.
        resource = cast("s3.CfnBucket", bucket.node.default_child)
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            lambda_configurations=[
                s3.CfnBucket.LambdaConfigurationProperty(
                    event="s3:ObjectCreated:*",
                    function=function.live.function_arn,
                    filter=s3.CfnBucket.NotificationFilterProperty(
                        s3_key=s3.CfnBucket.S3KeyFilterProperty(
                            rules=[
                                s3.CfnBucket.FilterRuleProperty(name="prefix", value=prefix.value_as_string),
                                s3.CfnBucket.FilterRuleProperty(name="suffix", value=suffix.value_as_string),
                            ],
                        ),
                    ),
                ),
            ],
        )
        # The construct accepts no condition for the key.
        own_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": function.encryption.arn}
        resource.bucket_encryption = function.encryption.either(
            {
                "ServerSideEncryptionConfiguration": [
                    {"ServerSideEncryptionByDefault": own_key, "BucketKeyEnabled": True},
                ],
            },
            {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]},
        )
        permission = lambda_.CfnPermission(
            self,
            "Permission",
            function_name=function.live.function_arn,
            action="lambda:InvokeFunction",
            principal="s3.amazonaws.com",
            source_account=Aws.ACCOUNT_ID,
            source_arn=bucket_arn,
        )
        resource.add_resource_dependency(permission)
        failure_queue = FailureQueue(
            self,
            "FailureQueue",
            alarm="The function failed on an object; its event is in the on-failure destination.",
            topic=function.topic,
        )
        lambda_.CfnEventInvokeConfig(
            self,
            "InvokeConfig",
            function_name=function.handler.function_name,
            qualifier="live",
            maximum_event_age_in_seconds=21600,
            maximum_retry_attempts=2,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=failure_queue.queue_arn),
            ),
        )
        function.policy.add_statements(
            iam.PolicyStatement(
                sid="ReadObjects",
                actions=["s3:GetObject", "s3:GetObjectVersion"],
                resources=[f"{bucket_arn}/*"],
            ),
            iam.PolicyStatement(
                sid="SendToFailureDestination",
                actions=["sqs:SendMessage"],
                resources=[failure_queue.queue_arn],
            ),
        )
        Validations.of(function.role).acknowledge(
            Acknowledgment(id=ALL_OBJECTS, reason="The function reads any object, but in this bucket only."),
        )
        no_log = "Access logs need a second bucket; CloudTrail data events can record access instead."
        Validations.of(bucket).acknowledge(Acknowledgment(id="AwsSolutions::AwsSolutions-S1", reason=no_log))
        accept(bucket, {"CKV_AWS_18": no_log})
        function.graphs.append(
            Graph("Failed events", "Maximum", [waiting_in(failure_queue)]),
        )
        CfnOutput(
            stack,
            "BucketName",
            description="Bucket to upload orders to.",
            value=bucket.bucket_name,
        )
        CfnOutput(
            stack,
            "FailureQueueUrl",
            description="URL of the on-failure destination: events that the function failed on.",
            value=failure_queue.queue_url,
        )
