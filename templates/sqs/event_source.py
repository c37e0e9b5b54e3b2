"""The event source: an SQS queue with a dead-letter queue."""

from aws_cdk import Acknowledgment, CfnOutput, CfnParameter, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.alarms import Alarm, Limit
from infra.dashboard import Graph
from infra.failure_queue import WAITING, FailureQueue, waiting_in
from infra.function import Needs, ServiceFunction

LONGEST_BATCHING_WINDOW = 60  # seconds


class EventSource(Construct):
    """A queue whose messages the function receives in batches."""

    NEEDS = Needs(
        memory_size=512,
        timeout_seconds=30,
        failures="Failed messages return to the queue, which has its own dead-letter queue.",
    )

    def __init__(self, scope: Construct, construct_id: str, function: ServiceFunction) -> None:
        """Create the queues, with their stack parameters and outputs.

        Args:
            scope: the parent construct.
            construct_id: the id within `scope`.
            function: the function that receives the messages.
        """
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        batch_size = CfnParameter(
            stack,
            "BatchSize",
            type="Number",
            description="Maximum number of messages in a batch.",
            default=10,
            min_value=1,
            max_value=1000,
        )
        batching_window = CfnParameter(
            stack,
            "BatchingWindow",
            type="Number",
            description="Maximum time to gather a batch, in seconds.",
            default=1,
            min_value=1,
            max_value=LONGEST_BATCHING_WINDOW,
        )
        maximum_concurrency = CfnParameter(
            stack,
            "MaximumConcurrency",
            type="Number",
            description="Maximum concurrency of the event source mapping.",
            default=10,
            min_value=2,
            max_value=1000,
        )
        dead_letter_queue = FailureQueue(
            self,
            "DeadLetterQueue",
            alarm="A message failed five times; it is in the dead-letter queue.",
            topic=function.topic,
        )
        queue = sqs.Queue(
            self,
            "Queue",
            # As AWS recommends: six times the function's timeout, plus the batching window.
            visibility_timeout=Duration.seconds(6 * self.NEEDS.timeout_seconds + LONGEST_BATCHING_WINDOW),
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
            function_name=function.live.function_arn,
            event_source_arn=queue.queue_arn,
            batch_size=batch_size.value_as_number,
            maximum_batching_window_in_seconds=batching_window.value_as_number,
            scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(
                maximum_concurrency=maximum_concurrency.value_as_number,
            ),
            function_response_types=["ReportBatchItemFailures"],
        )
        Validations.of(mapping).acknowledge(
            Acknowledgment(
                id="Serverless::Serverless-LambdaEventSourceMappingDestination",
                reason=self.NEEDS.failures,
            ),
        )
        Alarm(
            self,
            "Age",
            Limit(
                metric="AWS/SQS ApproximateAgeOfOldestMessage",
                dimensions={"QueueName": queue.queue_name},
                threshold=1800,  # seconds
                statistic="Maximum",
                minutes=5,
            ),
            description="The oldest message has waited for 30 minutes: the function fails or is too slow.",
            topic=function.topic,
        )
        Alarm(
            self,
            "Depth",
            Limit(
                metric=f"AWS/SQS {WAITING}",
                dimensions={"QueueName": queue.queue_name},
                threshold=1000,
                statistic="Maximum",
                minutes=15,
            ),
            description="At least 1,000 messages have waited for 15 minutes: the function is too slow.",
            topic=function.topic,
        )
        age = "ApproximateAgeOfOldestMessage"
        function.graphs += [
            Graph("Messages waiting", "Maximum", [waiting_in(queue), waiting_in(dead_letter_queue)]),
            Graph("Age of the oldest message (s)", "Maximum", [["AWS/SQS", age, "QueueName", queue.queue_name]]),
        ]
        CfnOutput(
            stack,
            "QueueUrl",
            description="URL of the queue to send orders to.",
            value=queue.queue_url,
        )
        CfnOutput(
            stack,
            "DeadLetterQueueUrl",
            description="URL of the dead-letter queue: messages that failed five times.",
            value=dead_letter_queue.queue_url,
        )
