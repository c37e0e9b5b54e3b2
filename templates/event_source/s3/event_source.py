"""The event source: objects created in a bucket, with an on-failure destination."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import Acknowledgment, Aws, CfnOutput, Duration, Fn, RemovalPolicy, Stack, Validations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.alarms import AlarmTopic
from infra.dashboard import graph
from infra.failure_destination import FailureDestination
from infra.function import ServiceFunction
from infra.project import SERVICE
from infra.stages import Stage

# A name made from the stack's id: the role and the permission can use it without a circular dependency.
UNIQUE = Fn.select(4, Fn.split("-", Fn.select(2, Fn.split("/", Aws.STACK_ID))))
# The same, as in the ids of cdk-nag's findings.
UNIQUE_IN_FINDINGS = (
    '{"Fn::Select":[4,{"Fn::Split":["-",{"Fn::Select":[2,{"Fn::Split":["/",{"Ref":"AWS::StackId"}]}]}]}]}'
)


class EventSource(Construct):
    """A private, encrypted bucket; deleting the stack keeps it."""

    rollback_alarms: Sequence[cloudwatch.Alarm] = ()  # they stop a deployment as well

    def __init__(
        self, scope: Construct, construct_id: str, *, service: ServiceFunction, stage: Stage, key: kms.IKey | None
    ) -> None:
        """Create the bucket, whose new objects invoke the alias of `service`; `key` encrypts it and the queue."""
        super().__init__(scope, construct_id)
        self.failure_destination = FailureDestination(
            self, "FailureDestination", service=service, max_event_age=Duration.hours(6), key=key
        )
        self.bucket = self._create_bucket(stage, key)
        self._grant_read(service, stage)
        self._allow_notifications(stage)
        self._invoke(service, stage)
        CfnOutput(
            Stack.of(self),
            "BucketName",
            description="Bucket to upload objects to.",
            value=self.bucket.bucket_name,
        )

    def _create_bucket(self, stage: Stage, key: kms.IKey | None) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Bucket",
            bucket_name=f"{SERVICE}-{stage.name}-{UNIQUE}",
            encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=key,
            bucket_key_enabled=True if key else None,
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
        no_log = "Access logs need a second bucket; CloudTrail data events can record access instead."
        Validations.of(bucket).acknowledge(Acknowledgment(id="AwsSolutions::AwsSolutions-S1", reason=no_log))
        return bucket

    def _grant_read(self, service: ServiceFunction, stage: Stage) -> None:
        objects = f"arn:{Aws.PARTITION}:s3:::{SERVICE}-{stage.name}-{UNIQUE}/*"
        service.function.add_to_role_policy(
            iam.PolicyStatement(actions=["s3:GetObject", "s3:GetObjectVersion"], resources=[objects]),
        )
        resource = f"arn:<AWS::Partition>:s3:::{SERVICE}-{stage.name}-{UNIQUE_IN_FINDINGS}/*"
        finding = f"AwsSolutions::AwsSolutions-IAM5[Resource::{resource}]"
        reason = "The function reads any object, but in this bucket only."
        Validations.of(service).acknowledge(Acknowledgment(id=finding, reason=reason))

    def _invoke(self, service: ServiceFunction, stage: Stage) -> None:
        service.alias.add_permission(
            "Permission",
            scope=self,
            principal=iam.ServicePrincipal("s3.amazonaws.com").grant_principal,
            source_account=Aws.ACCOUNT_ID,
            source_arn=f"arn:{Aws.PARTITION}:s3:::{SERVICE}-{stage.name}-{UNIQUE}",
        )
        self.bucket.node.add_dependency(self.node.find_child("Permission"))  # S3 checks that it may invoke the alias
        # Low-level, because a notification of the construct brings a function that sets it.
        resource = cast("s3.CfnBucket", self.bucket.node.default_child)
        resource.notification_configuration = self._notification(service, stage)

    def _allow_notifications(self, stage: Stage) -> None:
        """Let the bucket send its events to the on-failure destination, which keeps them while processing is off."""
        queue = self.failure_destination.queue
        queue.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sqs:SendMessage"],
                principals=[iam.ServicePrincipal("s3.amazonaws.com").grant_principal],
                resources=[queue.queue_arn],
                conditions={
                    "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
                    "ArnEquals": {"aws:SourceArn": f"arn:{Aws.PARTITION}:s3:::{SERVICE}-{stage.name}-{UNIQUE}"},
                },
            ),
        )
        self.bucket.node.add_dependency(queue)  # with its policy: S3 checks that it may send

    def _notification(self, service: ServiceFunction, stage: Stage) -> s3.CfnBucket.NotificationConfigurationProperty:
        event = "s3:ObjectCreated:*"
        rules = [
            s3.CfnBucket.FilterRuleProperty(name="prefix", value=stage.prefix),
            s3.CfnBucket.FilterRuleProperty(name="suffix", value=stage.suffix),
        ]
        keys = s3.CfnBucket.NotificationFilterProperty(s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=rules))
        if not stage.processing:
            queue = self.failure_destination.queue.queue_arn
            kept = s3.CfnBucket.QueueConfigurationProperty(event=event, queue=queue, filter=keys)
            return s3.CfnBucket.NotificationConfigurationProperty(queue_configurations=[kept])
        function = service.alias.function_arn
        created = s3.CfnBucket.LambdaConfigurationProperty(event=event, function=function, filter=keys)
        return s3.CfnBucket.NotificationConfigurationProperty(lambda_configurations=[created])

    def add_alarms(self, topic: AlarmTopic) -> None:
        """Notify `topic` of events that failed or are lost."""
        description = "An object was not processed; its event is in the on-failure destination."
        self.failure_destination.add_alarms(topic, description)

    def graphs(self) -> list[cloudwatch.GraphWidget]:
        """Return the graphs for the dashboard."""
        failures = self.failure_destination
        return [
            graph("Failed events", failures.metric_failed()),
            graph("Lost events", failures.metric_dropped(), failures.metric_lost()),
        ]
