"""What invokes the function: a schedule, with queues for runs that fail."""

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

# What the function gets; the scheduler puts the time in.
RUN = {
    "scheduled_time": "<aws.scheduler.scheduled-time>",
    "order": {"delivery": "standard", "lines": [{"sku": "PEN-001", "quantity": 100}]},
}


class EventSource(Construct):
    """A schedule that places a standing order."""

    NEEDS = Needs(
        memory_size=512,
        timeout_seconds=10,
        failures="Failed runs go to a queue as a destination, which keeps the error with the event.",
    )

    def __init__(self, scope: Construct, construct_id: str, function: ServiceFunction) -> None:
        """Make the schedule and the queues, their stack parameters and outputs.

        Args:
            scope: where it belongs.
            construct_id: its id in `scope`.
            function: the function that the schedule runs.
        """
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        expression = CfnParameter(
            stack,
            "ScheduleExpression",
            description="When to run, as EventBridge Scheduler writes it.",
            default="cron(0 6 * * ? *)",
        )
        timezone = CfnParameter(
            stack,
            "ScheduleTimezone",
            description="The time zone of the expression.",
            default="UTC",
        )
        window = CfnParameter(
            stack,
            "FlexibleWindowInMinutes",
            type="Number",
            description="How late a run may start, so that not all schedules of the world start at once.",
            default=5,
            min_value=1,
            max_value=1440,
        )
        dead_letter_queue = FailureQueue(
            self,
            "DeadLetterQueue",
            alarm="A run could not be started, and waits for someone to look at it.",
            topic=function.topic,
        )
        failure_queue = FailureQueue(
            self,
            "FailureQueue",
            alarm="The function failed on a run, which waits for someone to look at it.",
            topic=function.topic,
        )
        role = iam.Role(
            self,
            "Role",
            description="What the schedule may do.",
            # A cast, for the class names a parameter differently from its interface.
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
                            sid="KeepUndeliveredRuns",
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
                sid="KeepFailedRuns",
                actions=["sqs:SendMessage"],
                resources=[failure_queue.queue_arn],
            ),
        )
        function.graphs.append(
            Graph("Runs that failed", "Maximum", [waiting_in(dead_letter_queue), waiting_in(failure_queue)]),
        )
        CfnOutput(
            stack,
            "DeadLetterQueueUrl",
            description="Where runs end up that could not be delivered.",
            value=dead_letter_queue.queue_url,
        )
        CfnOutput(
            stack,
            "FailureQueueUrl",
            description="Where runs end up that the function failed on.",
            value=failure_queue.queue_url,
        )
