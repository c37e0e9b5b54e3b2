"""What invokes the function: a queue, with a dead-letter queue for what fails again and again."""

from aws_cdk import Acknowledgment, CfnOutput, CfnParameter, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from failure_queue import FailureQueue
from function import ServiceFunction

LONGEST_BATCHING_WINDOW = 60  # seconds


class EventSource(Construct):
    """A queue whose messages the function gets in batches."""

    MEMORY_SIZE = 512  # MiB
    TIMEOUT_SECONDS = 30

    def __init__(self, scope: Construct, construct_id: str, function: ServiceFunction) -> None:
        """Make the queues, their stack parameters and outputs.

        Args:
            scope: where it belongs.
            construct_id: its id in `scope`.
            function: the function that takes the messages.
        """
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        batch_size = CfnParameter(
            stack,
            "BatchSize",
            type="Number",
            description="Messages that one invocation gets at most.",
            default=10,
            min_value=1,
            max_value=1000,
        )
        batching_window = CfnParameter(
            stack,
            "BatchingWindow",
            type="Number",
            description="Seconds to wait for a batch to fill.",
            default=1,
            min_value=1,
            max_value=LONGEST_BATCHING_WINDOW,
        )
        maximum_concurrency = CfnParameter(
            stack,
            "MaximumConcurrency",
            type="Number",
            description="Batches that are handled at the same time.",
            default=10,
            min_value=2,
            max_value=1000,
        )
        dead_letter_queue = FailureQueue(self, "DeadLetterQueue")
        queue = sqs.Queue(
            self,
            "Queue",
            # Six times the function's timeout, plus the longest batching window: what AWS advises.
            visibility_timeout=Duration.seconds(6 * self.TIMEOUT_SECONDS + LONGEST_BATCHING_WINDOW),
            retention_period=Duration.days(4),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letter_queue, max_receive_count=5),
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        function.policy.add_statements(
            iam.PolicyStatement(
                sid="ReadQueue",
                actions=["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
                resources=[queue.queue_arn],
            ),
        )
        mapping = lambda_.CfnEventSourceMapping(
            self,
            "Mapping",
            function_name=function.handler.function_name,
            event_source_arn=queue.queue_arn,
            batch_size=batch_size.value_as_number,
            maximum_batching_window_in_seconds=batching_window.value_as_number,
            scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(
                maximum_concurrency=maximum_concurrency.value_as_number,
            ),
            function_response_types=["ReportBatchItemFailures"],
        )
        reason = "What fails goes back to the queue, which has a dead-letter queue of its own."
        Validations.of(function.handler).acknowledge(
            Acknowledgment(id="Serverless::Serverless-LambdaDLQ", reason=reason),
        )
        Validations.of(mapping).acknowledge(
            Acknowledgment(id="Serverless::Serverless-LambdaEventSourceMappingDestination", reason=reason),
        )
        CfnOutput(
            stack,
            "QueueUrl",
            description="Where to send orders.",
            value=queue.queue_url,
        )
        CfnOutput(
            stack,
            "DeadLetterQueueUrl",
            description="Where orders end up that failed five times.",
            value=dead_letter_queue.queue_url,
        )
