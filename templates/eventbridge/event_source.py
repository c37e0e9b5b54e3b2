"""What invokes the function: an EventBridge rule, with queues for events that fail."""

from aws_cdk import CfnOutput, CfnParameter, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.dashboard import Graph
from infra.failure_queue import FailureQueue, waiting_in
from infra.function import Needs, ServiceFunction


class EventSource(Construct):
    """A rule that picks events from a bus."""

    NEEDS = Needs(
        memory_size=512,
        timeout_seconds=10,
        failures="Failed events go to a queue as a destination, which keeps the error with the event.",
    )

    def __init__(self, scope: Construct, construct_id: str, function: ServiceFunction) -> None:
        """Make the rule and the queues, their stack parameters and outputs.

        Args:
            scope: where it belongs.
            construct_id: its id in `scope`.
            function: the function that takes the events.
        """
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        bus_name = CfnParameter(
            stack,
            "EventBusName",
            description="The bus that orders come from.",
            default="default",
        )
        source = CfnParameter(
            stack,
            "EventSource",
            description="The source of the events to take.",
            default="shop",
        )
        detail_type = CfnParameter(
            stack,
            "EventDetailType",
            description="The detail type of the events to take.",
            default="OrderPlaced",
        )
        dead_letter_queue = FailureQueue(
            self,
            "DeadLetterQueue",
            alarm="An event could not be delivered, and waits for someone to look at it.",
            topic=function.topic,
        )
        failure_queue = FailureQueue(
            self,
            "FailureQueue",
            alarm="The function failed on an event, which waits for someone to look at it.",
            topic=function.topic,
        )
        rule = events.CfnRule(
            self,
            "Rule",
            description="Sends orders to the function.",
            event_bus_name=bus_name.value_as_string,
            event_pattern={"source": [source.value_as_string], "detail-type": [detail_type.value_as_string]},
            targets=[
                events.CfnRule.TargetProperty(
                    id="Function",
                    arn=function.live.function_arn,
                    retry_policy=events.CfnRule.RetryPolicyProperty(
                        maximum_event_age_in_seconds=3600,
                        maximum_retry_attempts=10,
                    ),
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=dead_letter_queue.queue_arn),
                ),
            ],
        )
        lambda_.CfnPermission(
            self,
            "Permission",
            function_name=function.live.function_arn,
            action="lambda:InvokeFunction",
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
        )
        dead_letter_queue.add_to_resource_policy(
            iam.PolicyStatement.from_json(
                {
                    "Sid": "KeepUndeliveredEvents",
                    "Effect": "Allow",
                    "Principal": {"Service": "events.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": dead_letter_queue.queue_arn,
                    "Condition": {"ArnEquals": {"aws:SourceArn": rule.attr_arn}},
                },
            ),
        )
        lambda_.CfnEventInvokeConfig(
            self,
            "InvokeConfig",
            function_name=function.handler.function_name,
            qualifier="live",
            maximum_event_age_in_seconds=3600,
            maximum_retry_attempts=2,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=failure_queue.queue_arn),
            ),
        )
        function.policy.add_statements(
            iam.PolicyStatement(
                sid="KeepFailedRuns",
                actions=["sqs:SendMessage"],
                resources=[failure_queue.queue_arn],
            ),
        )
        function.graphs.append(
            Graph("Events that failed", "Maximum", [waiting_in(dead_letter_queue), waiting_in(failure_queue)]),
        )
        CfnOutput(
            stack,
            "RuleArn",
            description="The rule that picks the events.",
            value=rule.attr_arn,
        )
        CfnOutput(
            stack,
            "DeadLetterQueueUrl",
            description="Where events end up that could not be delivered.",
            value=dead_letter_queue.queue_url,
        )
        CfnOutput(
            stack,
            "FailureQueueUrl",
            description="Where events end up that the function failed on.",
            value=failure_queue.queue_url,
        )
