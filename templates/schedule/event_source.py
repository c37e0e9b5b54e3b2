"""The event source: a schedule, a dead-letter queue, and an on-failure destination."""

import json
from typing import cast

from aws_cdk import Aws, CfnOutput, CfnParameter, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.dashboard import Graph
from infra.failure_queue import FailureQueue, waiting_in
from infra.function import Needs, ServiceFunction

# The input of the function; EventBridge Scheduler inserts the time.
RUN = {
    "scheduled_time": "<aws.scheduler.scheduled-time>",
    "order": {"delivery": "standard", "lines": [{"sku": "PEN-001", "quantity": 100}]},
}


class EventSource(Construct):
    """A schedule that places a recurring order."""

    NEEDS = Needs(
        memory_size=512,
        timeout_seconds=10,
        failures="An on-failure destination receives failed events, with the error.",
    )

    def __init__(self, scope: Construct, construct_id: str, function: ServiceFunction) -> None:
        """Create the schedule and the queues, with their stack parameters and outputs.

        Args:
            scope: the parent construct.
            construct_id: the id within `scope`.
            function: the function that the schedule invokes.
        """
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        expression = CfnParameter(
            stack,
            "ScheduleExpression",
            description="Schedule expression, such as rate(1 hour) or cron(0 6 * * ? *).",
            default="cron(0 6 * * ? *)",
        )
        timezone = CfnParameter(
            stack,
            "ScheduleTimezone",
            description="Time zone of the schedule expression.",
            default="UTC",
        )
        window = CfnParameter(
            stack,
            "FlexibleWindowInMinutes",
            type="Number",
            description="Flexible time window: the schedule starts within this time, in minutes.",
            default=5,
            min_value=1,
            max_value=1440,
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
        role = iam.Role(
            self,
            "Role",
            description="Execution role of the schedule.",
            # A cast, because the class names a parameter differently from its interface.
            assumed_by=cast(
                "iam.IPrincipal",
                iam.ServicePrincipal(
                    "scheduler.amazonaws.com",
                    conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
                ),
            ),
            inline_policies={
                "Schedule": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            sid="InvokeFunction",
                            actions=["lambda:InvokeFunction"],
                            resources=[function.live.function_arn],
                        ),
                        iam.PolicyStatement(
                            sid="SendToDeadLetterQueue",
                            actions=["sqs:SendMessage"],
                            resources=[dead_letter_queue.queue_arn],
                        ),
                        function.encryption.permission(),
                    ],
                ),
            },
        )
        scheduler.CfnSchedule(
            self,
            "Schedule",
            schedule_expression=expression.value_as_string,
            schedule_expression_timezone=timezone.value_as_string,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(
                mode="FLEXIBLE",
                maximum_window_in_minutes=window.value_as_number,
            ),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=function.live.function_arn,
                role_arn=role.role_arn,
                input=json.dumps(RUN),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=3600,
                    maximum_retry_attempts=10,
                ),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=dead_letter_queue.queue_arn),
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
