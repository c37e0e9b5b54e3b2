"""The event source: an EventBridge rule, a dead-letter queue, and an on-failure destination."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import Aws, CfnOutput, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_events_targets import LambdaFunction
from constructs import Construct

from infra.alarms import AlarmTopic
from infra.dashboard import graph
from infra.failure_destination import FailureDestination
from infra.failure_queue import FailureQueue
from infra.function import ServiceFunction
from infra.stages import Stage

MAX_EVENT_AGE = Duration.hours(1)


class EventSource(Construct):
    """An EventBridge rule that invokes the function."""

    rollback_alarms: Sequence[cloudwatch.Alarm] = ()  # they stop a deployment as well

    def __init__(
        self, scope: Construct, construct_id: str, *, service: ServiceFunction, stage: Stage, key: kms.IKey | None
    ) -> None:
        """Create the rule, which invokes the alias of `service`, and the queues, encrypted with `key`."""
        super().__init__(scope, construct_id)
        self.failure_destination = FailureDestination(
            self, "FailureDestination", service=service, max_event_age=MAX_EVENT_AGE, key=key
        )
        self.dead_letter_queue = FailureQueue(self, "DeadLetterQueue", key=key)
        self.rule = self._create_rule(service, stage)
        if not stage.processing:
            self._keep_events()
        self._bus_name = stage.event_bus_name
        self._add_outputs()

    def _create_rule(self, service: ServiceFunction, stage: Stage) -> events.Rule:
        target = LambdaFunction(
            cast("lambda_.IFunction", service.alias),  # see infra.alarms
            max_event_age=MAX_EVENT_AGE,
            retry_attempts=10,
            dead_letter_queue=self.dead_letter_queue,
        )
        return events.Rule(
            self,
            "Rule",
            rule_name=Aws.STACK_NAME,  # as in the dimension of its metrics
            description="Invokes the function for each event.",
            event_bus=events.EventBus.from_event_bus_name(self, "Bus", stage.event_bus_name),
            event_pattern=events.EventPattern(source=[stage.event_source], detail_type=[stage.event_detail_type]),
            targets=[cast("events.IRuleTarget", target)],  # see infra.alarms
        )

    def _keep_events(self) -> None:
        """Send the events to the dead-letter queue: a disabled rule would lose them."""
        # Low-level, because the target must keep its id, and the function the permission for the rule.
        rule = cast("events.CfnRule", self.rule.node.default_child)
        rule.add_property_override("Targets.0.Arn", self.dead_letter_queue.queue_arn)

    def _add_outputs(self) -> None:
        stack = Stack.of(self)
        CfnOutput(stack, "RuleArn", description="ARN of the rule.", value=self.rule.rule_arn)
        CfnOutput(
            stack,
            "DeadLetterQueueUrl",
            description="URL of the dead-letter queue: events that were not delivered to the function.",
            value=self.dead_letter_queue.queue_url,
        )

    def _metric_lost(self) -> cloudwatch.Metric:
        # On the default event bus, metrics of a rule have no dimension for the bus.
        bus = {} if self._bus_name == "default" else {"EventBusName": self._bus_name}
        return cloudwatch.Metric(
            namespace="AWS/Events",
            metric_name="InvocationsFailedToBeSentToDlq",
            dimensions_map={"RuleName": Aws.STACK_NAME, **bus},
            statistic="Sum",
        )

    def add_alarms(self, topic: AlarmTopic) -> None:
        """Notify `topic` of events that could not be delivered, failed, or are lost."""
        topic.add_alarm(
            "DeadLetters",
            self.dead_letter_queue.metric_approximate_number_of_messages_visible(),
            description="An event was not delivered to the function; it is in the dead-letter queue.",
            threshold=1,
        )
        topic.add_alarm(
            "LostDeadLetters",
            self._metric_lost(),
            description="EventBridge could not send an event to the dead-letter queue; the event is lost.",
            threshold=1,
        )
        description = "The function failed on or rejected an event; it is in the on-failure destination."
        self.failure_destination.add_alarms(topic, description)

    def graphs(self) -> list[cloudwatch.GraphWidget]:
        """Return the graphs for the dashboard."""
        undelivered = self.dead_letter_queue.metric_approximate_number_of_messages_visible(label="Dead-letter queue")
        failures = self.failure_destination
        failed = failures.metric_failed().with_(label="On-failure destination")
        return [
            graph("Failed events", undelivered, failed),
            graph("Lost events", failures.metric_dropped(), failures.metric_lost(), self._metric_lost()),
        ]
