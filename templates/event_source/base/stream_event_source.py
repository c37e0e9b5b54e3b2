"""{% block docstring required %}{% endblock %}"""

from collections.abc import Sequence
from typing import cast

from aws_cdk import {{ cdk|default('CfnOutput, Duration, RemovalPolicy, Stack') }}
from aws_cdk import aws_cloudwatch as cloudwatch
{% block stream_import required %}{% endblock %}
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
{{ alarm_actions|default('') }}from aws_cdk.aws_lambda_event_sources import {% block source_class required %}{% endblock %}, SqsDlq
from constructs import Construct

from infra.alarms import {{ alarm_names|default('') }}AlarmTopic
from infra.dashboard import graph
from infra.failure_queue import FailureQueue
from infra.function import ServiceFunction
from infra.stages import Stage


class EventSource(Construct):
    """{% block class_docstring %}A stream whose records the function receives in batches, those of a key in order.{% endblock %}"""

    rollback_alarms: Sequence[cloudwatch.Alarm] = ()  # they stop a deployment as well

    def __init__(
        self, scope: Construct, construct_id: str, *, service: ServiceFunction, stage: Stage, key: kms.IKey | None
    ) -> None:
        """Create the {{ source|default('stream') }} and the on-failure destination, encrypted with `key` if there is one."""
        super().__init__(scope, construct_id)
        self.function = service.function
        self.failure_queue = self._create_failure_queue(key)
        self.{{ source|default('stream') }} = self._find_{{ source|default('stream') }}(stage, key)
        self._invoke(service, stage)
        self._add_outputs()

    def _create_failure_queue(self, key: kms.IKey | None) -> FailureQueue:
        """Return the queue for what the function rejects, and for pointers to what Lambda gives up on."""
        queue = FailureQueue(self, "FailureQueue", key=key)
        queue.grant_send_messages(self.function)
        self.function.add_environment("FAILURE_QUEUE_URL", queue.queue_url)
        return queue

{% block stream required %}{% endblock %}
    def _invoke(self, service: ServiceFunction, stage: Stage) -> None:
        service.alias.add_event_source(
            {{ self.source_class() }}(
                self.{{ source|default('stream') }},
                # With LATEST, records that arrive while the mapping is created would be skipped.
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                enabled=stage.processing,
                batch_size=stage.batch_size,
                max_batching_window=Duration.seconds(stage.batching_window),
                parallelization_factor=stage.parallelization_factor,
                report_batch_item_failures=True,
                bisect_batch_on_error=True,
                retry_attempts=stage.maximum_retry_attempts,
                max_record_age=Duration.seconds(stage.maximum_record_age),
                on_failure=cast("lambda_.IEventSourceDlq", SqsDlq(self.failure_queue)),  # see infra.alarms
            ),
        )

    def _add_outputs(self) -> None:
        stack = Stack.of(self)
{% block outputs required %}{% endblock %}
        CfnOutput(
            stack,
            "FailureQueueUrl",
            description="URL of the on-failure destination: records that the function rejected, "
            "and pointers to those that Lambda gave up on.",
            value=self.failure_queue.queue_url,
        )

    def add_alarms(self, topic: AlarmTopic) -> None:
        """Notify `topic` of records that wait too long, failed, or got lost."""
        # Lambda pauses between retries, so not each minute has an age.
        topic.add_alarm(
            "IteratorAge",
            self._metric_age(),
            description="A record was 30 minutes old when the function got it: "
            "a shard is blocked, or the function is too slow.",
            threshold=Duration.minutes(30).to_milliseconds(),
        )
        topic.add_alarm(
            "Failures",
            self.failure_queue.metric_approximate_number_of_messages_visible(),
            description="A record was rejected, or Lambda gave up on it; the on-failure destination says which.",
            threshold=1,
        )
        topic.add_alarm(
            "DestinationFailures",
            self._metric_lost(),
            description="Lambda gave up on records and could not say which in the on-failure destination; "
            "they are in the stream only.",
            threshold=1,
        )
{% block alarms %}{% endblock %}

    def _metric_age(self) -> cloudwatch.Metric:
        """Return the metric of the age of records when the function gets them, in milliseconds."""
        return self.function.metric("IteratorAge", statistic="Maximum")

    def _metric_lost(self) -> cloudwatch.Metric:
        """Return the metric of pointers that could not be sent to the on-failure destination."""
        return self.function.metric("DestinationDeliveryFailures", statistic="Sum")

    def graphs(self) -> list[cloudwatch.GraphWidget]:
        """Return the graphs for the dashboard."""
        failed = self.failure_queue.metric_approximate_number_of_messages_visible()
        return [
            graph("Age of records (ms)", self._metric_age()),
            graph("Messages in the on-failure destination", failed),
{% block graphs %}{% endblock %}
            graph("Lost pointers", self._metric_lost()),
        ]
{% block metrics %}{% endblock %}
