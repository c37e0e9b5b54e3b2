"""The event source: a schedule, a dead-letter queue, and an on-failure destination."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack, TimeZone
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk.aws_scheduler_targets import LambdaInvoke
from constructs import Construct

from infra.alarms import AlarmTopic
from infra.dashboard import graph
from infra.failure_destination import FailureDestination
from infra.failure_queue import FailureQueue
from infra.function import ServiceFunction
from infra.project import SERVICE
from infra.stages import Stage

MAX_EVENT_AGE = Duration.hours(1)
# The input of the function; EventBridge Scheduler inserts the time.
RUN = {
    "scheduled_time": "<aws.scheduler.scheduled-time>",
    "order": {"delivery": "standard", "lines": [{"sku": "PEN-001", "quantity": 100}]},
}


class EventSource(Construct):
    """A schedule that places a recurring order."""

    rollback_alarms: Sequence[cloudwatch.Alarm] = ()  # they stop a deployment as well

    def __init__(
        self, scope: Construct, construct_id: str, *, service: ServiceFunction, stage: Stage, key: kms.IKey | None
    ) -> None:
        """Create the schedule, which invokes the alias of `service`, and the queues, encrypted with `key`."""
        super().__init__(scope, construct_id)
        self.failure_destination = FailureDestination(
            self, "FailureDestination", service=service, max_event_age=MAX_EVENT_AGE, key=key
        )
        self.dead_letter_queue = FailureQueue(self, "DeadLetterQueue", key=key)
        # A group of its own, because metrics have no dimension for a schedule.
        self.group = scheduler.ScheduleGroup(
            self,
            "Group",
            schedule_group_name=f"{SERVICE}-{stage.name}",
            removal_policy=RemovalPolicy.DESTROY,
        )
        self._create_schedule(service, stage, self._create_role(key))
        CfnOutput(
            Stack.of(self),
            "DeadLetterQueueUrl",
            description="URL of the dead-letter queue: events that could not be delivered.",
            value=self.dead_letter_queue.queue_url,
        )

    def _create_role(self, key: kms.IKey | None) -> iam.Role:
        group = {"aws:SourceAccount": Stack.of(self).account, "aws:SourceArn": self.group.schedule_group_arn}
        principal = iam.ServicePrincipal("scheduler.amazonaws.com", conditions={"StringEquals": group})
        role = iam.Role(self, "Role", assumed_by=principal.grant_principal)
        if key:  # the target of the schedule grants the queue, but not its key
            key.grant(role, "kms:Decrypt", "kms:GenerateDataKey")
        return role

    def _create_schedule(self, service: ServiceFunction, stage: Stage, role: iam.Role) -> None:
        target = LambdaInvoke(
            cast("lambda_.IFunction", service.alias),  # see infra.alarms
            role=cast("iam.IRole", role),
            input=scheduler.ScheduleTargetInput.from_object(RUN),
            max_event_age=MAX_EVENT_AGE,
            retry_attempts=10,
            dead_letter_queue=self.dead_letter_queue,
        )
        timezone = TimeZone.of(stage.schedule_timezone)
        schedule = scheduler.Schedule(
            self,
            "Schedule",
            schedule_name=f"{SERVICE}-{stage.name}",
            schedule_group=self.group,
            enabled=stage.processing,
            schedule=scheduler.ScheduleExpression.expression(stage.schedule_expression, timezone),
            time_window=scheduler.TimeWindow.flexible(Duration.minutes(stage.flexible_window_in_minutes)),
            target=cast("scheduler.IScheduleTarget", target),
        )
        schedule.node.add_dependency(self.group)  # its name is no reference

    def add_alarms(self, topic: AlarmTopic) -> None:
        """Notify `topic` of events that could not be delivered, failed, or are lost."""
        topic.add_alarm(
            "DeadLetters",
            self.dead_letter_queue.metric_approximate_number_of_messages_visible(),
            description="An event could not be delivered; it is in the dead-letter queue.",
            threshold=1,
        )
        topic.add_alarm(
            "LostDeadLetters",
            self._metric_lost(),
            description="EventBridge Scheduler could not send an event to the dead-letter queue; the event is lost.",
            threshold=1,
        )
        description = "The function failed on or rejected an event; it is in the on-failure destination."
        self.failure_destination.add_alarms(topic, description)

    def _metric_lost(self) -> cloudwatch.Metric:
        return self.group.metric_failed_to_be_sent_to_dlq(statistic="Sum")

    def graphs(self) -> list[cloudwatch.GraphWidget]:
        """Return the graphs for the dashboard."""
        undelivered = self.dead_letter_queue.metric_approximate_number_of_messages_visible(label="Dead-letter queue")
        failures = self.failure_destination
        failed = failures.metric_failed().with_(label="On-failure destination")
        return [
            graph("Failed events", undelivered, failed),
            graph("Lost events", failures.metric_dropped(), failures.metric_lost(), self._metric_lost()),
        ]
