"""What invokes the function: objects created in a bucket, with a queue for events that fail."""

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

# The finding that the role may read all objects of the bucket, as cdk-nag names it.
ALL_OBJECTS = (
    "AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::orders-"
    '{"Fn::Select":[2,{"Fn::Split":["/",{"Ref":"AWS::StackId"}]}]}/*]'
)


class EventSource(Construct):
    """A closed, encrypted bucket that outlives the stack."""

    NEEDS = Needs(
        memory_size=1024,
        timeout_seconds=900,
        failures="Failed events go to a queue as a destination, which keeps the error with the event.",
    )

    def __init__(self, scope: Construct, construct_id: str, function: ServiceFunction) -> None:
        """Make the bucket and the queue, their stack parameters and outputs.

        Args:
            scope: where it belongs.
            construct_id: its id in `scope`.
            function: the function that reads the objects.
        """
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        prefix = CfnParameter(
            stack,
            "Prefix",
            description="What the keys of the objects to take begin with.",
            default="orders/",
        )
        suffix = CfnParameter(
            stack,
            "Suffix",
            description="What the keys of the objects to take end with.",
            default=".jsonl.gz",
        )
        # Known beforehand, from the stack's own id: role and permission can name the bucket without depending on it.
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
                    id="Tidy",
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                    noncurrent_version_expiration=Duration.days(30),
                ),
            ],
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        # The construct would set notifications through a function of its own.
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
        # The construct takes a fixed key only.
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
            alarm="The function failed on an object, whose event waits for someone to look at it.",
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
                sid="KeepFailedRuns",
                actions=["sqs:SendMessage"],
                resources=[failure_queue.queue_arn],
            ),
        )
        Validations.of(function.role).acknowledge(
            Acknowledgment(id=ALL_OBJECTS, reason="The function reads whichever object was put into this one bucket."),
        )
        no_log = "Logs would need a second bucket; CloudTrail's data events record access where it matters."
        Validations.of(bucket).acknowledge(Acknowledgment(id="AwsSolutions::AwsSolutions-S1", reason=no_log))
        accept(bucket, {"CKV_AWS_18": no_log})
        function.graphs.append(
            Graph("Events that failed", "Maximum", [waiting_in(failure_queue)]),
        )
        CfnOutput(
            stack,
            "BucketName",
            description="Where to put orders.",
            value=bucket.bucket_name,
        )
        CfnOutput(
            stack,
            "FailureQueueUrl",
            description="Where events end up that the function failed on.",
            value=failure_queue.queue_url,
        )
