"""The event source: an EventBridge rule, a dead-letter queue, and an on-failure destination."""

from aws_cdk import CfnOutput, CfnParameter, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.dashboard import Graph
from infra.failure_queue import FailureQueue, waiting_in
from infra.function import Needs, ServiceFunction


class EventSource(Construct):
    """An EventBridge rule that invokes the function."""

    NEEDS = Needs(
        memory_size=512,
        timeout_seconds=10,
        failures="An on-failure destination receives failed events, with the error.",
    )

    def __init__(self, scope: Construct, construct_id: str, function: ServiceFunction) -> None:
        """Create the rule and the queues, with their stack parameters and outputs.

        Args:
            scope: the parent construct.
            construct_id: the id within `scope`.
            function: the function that the rule invokes.
        """
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        bus_name = CfnParameter(
            stack,
            "EventBusName",
            description="Event bus of the rule.",
            default="default",
        )
        source = CfnParameter(
            stack,
            "EventSource",
            description="Source of the events that the rule matches.",
            default="shop",
        )
        detail_type = CfnParameter(
            stack,
            "EventDetailType",
            description="Detail type of the events that the rule matches.",
            default="OrderPlaced",
        )
        dead_letter_queue = FailureQueue(
            self,
            "DeadLetterQueue",
            alarm="An event could not be delivered; it is in the dead-letter queue.",
            topic=function.topic,
        )
        failure_queue = FailureQueue(
            self,
            "FailureQueue",
            alarm="The function failed on an event, which is now in the on-failure destination.",
            topic=function.topic,
        )
        rule = events.CfnRule(
            self,
            "Rule",
            description="Invokes the function for each order.",
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
                    "Sid": "SendToDeadLetterQueue",
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
                sid="SendToFailureDestination",
                actions=["sqs:SendMessage"],
                resources=[failure_queue.queue_arn],
            ),
        )
        function.graphs.append(
            Graph("Failed events", "Maximum", [waiting_in(dead_letter_queue), waiting_in(failure_queue)]),
        )
        CfnOutput(
            stack,
            "RuleArn",
            description="ARN of the rule.",
            value=rule.attr_arn,
        )
        CfnOutput(
            stack,
            "DeadLetterQueueUrl",
            description="URL of the dead-letter queue: events that could not be delivered.",
            value=dead_letter_queue.queue_url,
        )
        CfnOutput(
            stack,
            "FailureQueueUrl",
            description="URL of the on-failure destination: events that the function failed on.",
            value=failure_queue.queue_url,
        )
