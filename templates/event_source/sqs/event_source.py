"""The event source: an SQS queue with a dead-letter queue."""

from collections.abc import Sequence

from aws_cdk import Acknowledgment, CfnOutput, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource
from constructs import Construct

from infra.alarms import AlarmTopic
from infra.dashboard import graph
from infra.failure_queue import FailureQueue
from infra.function import FAILURES, TIMEOUT, ServiceFunction
from infra.stages import Stage


class EventSource(Construct):
    """A queue whose messages the function receives in batches."""

    rollback_alarms: Sequence[cloudwatch.Alarm] = ()  # they stop a deployment as well

    def __init__(
        self, scope: Construct, construct_id: str, *, service: ServiceFunction, stage: Stage, key: kms.IKey | None
    ) -> None:
        """Create the queues, encrypted with `key` if there is one; messages invoke the alias of `service`."""
        super().__init__(scope, construct_id)
        self.dead_letter_queue = self._create_dead_letter_queue(service, key)
        self.queue = self._create_queue(stage, key)
        self._invoke(service, stage)
        self._add_outputs()

    def _create_dead_letter_queue(self, service: ServiceFunction, key: kms.IKey | None) -> FailureQueue:
        """Return the queue that the function sends messages to that it rejects or fails on."""
        queue = FailureQueue(self, "DeadLetterQueue", key=key)
        queue.grant_send_messages(service.function)
        service.function.add_environment("DEAD_LETTER_QUEUE_URL", queue.queue_url)
        return queue

    def _create_queue(self, stage: Stage, key: kms.IKey | None) -> sqs.Queue:
        return sqs.Queue(
            self,
            "Queue",
            # As AWS recommends: six times the function's timeout, plus the batching window.
            visibility_timeout=Duration.seconds(6 * TIMEOUT.to_seconds() + stage.batching_window),
            retention_period=Duration.days(4),
            encryption=sqs.QueueEncryption.KMS if key else sqs.QueueEncryption.SQS_MANAGED,
            encryption_master_key=key,
            enforce_ssl=True,
            # For messages that crash the function; it sends the others there itself.
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letter_queue, max_receive_count=50),
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )

    def _invoke(self, service: ServiceFunction, stage: Stage) -> None:
        service.alias.add_event_source(
            SqsEventSource(
                self.queue,
                enabled=stage.processing,
                batch_size=stage.batch_size,
                max_batching_window=Duration.seconds(stage.batching_window),
                max_concurrency=stage.maximum_concurrency,
                report_batch_item_failures=True,
            ),
        )
        finding = "Serverless::Serverless-LambdaEventSourceMappingDestination"
        Validations.of(service.alias).acknowledge(Acknowledgment(id=finding, reason=FAILURES))

    def _add_outputs(self) -> None:
        stack = Stack.of(self)
        CfnOutput(
            stack,
            "QueueUrl",
            description="URL of the queue to send messages to.",
            value=self.queue.queue_url,
        )
        CfnOutput(
            stack,
            "DeadLetterQueueUrl",
            description="URL of the dead-letter queue: messages that the function rejected or failed on.",
            value=self.dead_letter_queue.queue_url,
        )

    def add_alarms(self, topic: AlarmTopic) -> None:
        """Notify `topic` of dead letters and of messages that wait too long."""
        topic.add_alarm(
            "DeadLetters",
            self.dead_letter_queue.metric_approximate_number_of_messages_visible(),
            description="The function rejected or failed on a message; it is in the dead-letter queue.",
            threshold=1,
        )
        topic.add_alarm(
            "QueueAge",
            self.queue.metric_approximate_age_of_oldest_message(),
            description="The oldest message has waited for 30 minutes: the function fails or is too slow.",
            threshold=Duration.minutes(30).to_seconds(),
            minutes=5,
        )
        topic.add_alarm(
            "QueueDepth",
            self.queue.metric_approximate_number_of_messages_visible(),
            description="At least 1,000 messages have waited for 15 minutes: the function is too slow.",
            threshold=1000,
            minutes=15,
        )

    def graphs(self) -> list[cloudwatch.GraphWidget]:
        """Return the graphs for the dashboard."""
        waiting = self.queue.metric_approximate_number_of_messages_visible(label="Queue")
        failed = self.dead_letter_queue.metric_approximate_number_of_messages_visible(label="Dead-letter queue")
        return [
            graph("Messages waiting", waiting, failed),
            graph("Age of the oldest message (s)", self.queue.metric_approximate_age_of_oldest_message()),
        ]
