"""The event source: an SNS topic, a dead-letter queue, and an on-failure destination."""

import json
from collections.abc import Sequence
from typing import cast

from aws_cdk import Acknowledgment, CfnOutput, Duration, Stack, Validations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.alarms import AlarmTopic
from infra.dashboard import graph
from infra.failure_destination import FailureDestination
from infra.failure_queue import FailureQueue
from infra.function import ServiceFunction
from infra.stages import Stage


class EventSource(Construct):
    """A topic whose messages invoke the function."""

    rollback_alarms: Sequence[cloudwatch.Alarm] = ()  # they stop a deployment as well

    def __init__(
        self, scope: Construct, construct_id: str, *, service: ServiceFunction, stage: Stage, key: kms.IKey | None
    ) -> None:
        """Create the topic, whose messages invoke the alias of `service`, and the queues; `key` encrypts them."""
        super().__init__(scope, construct_id)
        self.failure_destination = FailureDestination(
            self, "FailureDestination", service=service, max_event_age=Duration.hours(1), key=key
        )
        self.dead_letter_queue = FailureQueue(self, "DeadLetterQueue", key=key)
        self.topic = self._create_topic(key)
        service.function.add_environment("TOPIC_ARN", self.topic.topic_arn)
        self.subscription = self._subscribe(service, stage)
        if stage.processing:
            self._allow_to_invoke(service)
        self._add_outputs()

    def _create_topic(self, key: kms.IKey | None) -> sns.Topic:
        # Whoever may publish may use the AWS managed key, apart from AWS services and other accounts.
        managed = kms.Alias.from_alias_name(self, "ManagedKey", "alias/aws/sns")
        # Its policy allows nobody: roles and users of this account publish if their own policies allow it.
        return sns.Topic(self, "Topic", master_key=key or cast("kms.IKey", managed), enforce_ssl=True)

    def _subscribe(self, service: ServiceFunction, stage: Stage) -> sns.Subscription:
        # Not `LambdaSubscription`, which lets SNS invoke the function even if processing is stopped.
        subscription = sns.Subscription(
            self,
            "Subscription",
            topic=cast("sns.ITopic", self.topic),  # see infra.alarms
            protocol=sns.SubscriptionProtocol.LAMBDA,
            endpoint=service.alias.function_arn,
            dead_letter_queue=self.dead_letter_queue,
        )
        resource = cast("sns.CfnSubscription", subscription.node.default_child)
        if stage.filter_policy:
            # For attributes, the default scope: one for the body would drop messages that are not JSON, and costs more.
            resource.filter_policy = json.loads(stage.filter_policy)
        reason = "SNS invokes an alias like any function."
        Validations.of(subscription).acknowledge(Acknowledgment(id="CloudFormation-Validate::W3694", reason=reason))
        return subscription

    def _allow_to_invoke(self, service: ServiceFunction) -> None:
        """Let the topic invoke the alias. Otherwise, SNS sends messages to the dead-letter queue at once."""
        service.alias.add_permission(
            "Permission",
            scope=self,
            principal=iam.ServicePrincipal("sns.amazonaws.com").grant_principal,
            source_arn=self.topic.topic_arn,
        )

    def _add_outputs(self) -> None:
        stack = Stack.of(self)
        CfnOutput(stack, "TopicArn", description="ARN of the topic to publish messages to.", value=self.topic.topic_arn)
        CfnOutput(
            stack,
            "DeadLetterQueueUrl",
            description="URL of the dead-letter queue: messages that were not delivered to the function.",
            value=self.dead_letter_queue.queue_url,
        )

    def _metric_lost(self) -> cloudwatch.Metric:
        return self.topic.metric("NumberOfNotificationsFailedToRedriveToDlq", statistic="Sum")

    def add_alarms(self, topic: AlarmTopic) -> None:
        """Notify `topic` of messages that could not be delivered, failed, or are lost."""
        topic.add_alarm(
            "DeadLetters",
            self.dead_letter_queue.metric_approximate_number_of_messages_visible(),
            description="A message was not delivered to the function; it is in the dead-letter queue.",
            threshold=1,
        )
        topic.add_alarm(
            "LostDeadLetters",
            self._metric_lost(),
            description="SNS could not send a message to the dead-letter queue; the message is lost.",
            threshold=1,
        )
        description = "The function failed on or rejected an event; it is in the on-failure destination."
        self.failure_destination.add_alarms(topic, description)

    def graphs(self) -> list[cloudwatch.GraphWidget]:
        """Return the graphs for the dashboard."""
        topic, failures = self.topic, self.failure_destination
        delivered = topic.metric_number_of_notifications_delivered()
        filtered = topic.metric_number_of_notifications_filtered_out()
        undelivered = self.dead_letter_queue.metric_approximate_number_of_messages_visible(label="Dead-letter queue")
        failed = failures.metric_failed().with_(label="On-failure destination")
        return [
            graph("Messages", topic.metric_number_of_messages_published(), delivered, filtered),
            graph("Failed messages", undelivered, failed),
            graph("Lost messages", failures.metric_dropped(), failures.metric_lost(), self._metric_lost()),
        ]
