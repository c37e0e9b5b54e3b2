"""The event source: a function URL."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.alarms import AlarmTopic
from infra.dashboard import graph
from infra.function import ServiceFunction
from infra.stages import Stage

# What pages of other origins may send.
METHODS = [lambda_.HttpMethod.GET, lambda_.HttpMethod.POST]
HEADERS = ["authorization", "content-type", {{ '"idempotency-key", ' if cookiecutter.idempotency else '' }}"x-amz-date", "x-amz-security-token"]


class EventSource(Construct):
    """A function URL, which invokes the alias."""

    rollback_alarms: Sequence[cloudwatch.Alarm] = ()  # they stop a deployment as well

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: ServiceFunction,
        stage: Stage,
        key: kms.IKey | None,  # noqa: ARG002 - a function URL stores nothing that the key could encrypt
    ) -> None:
        """Create the URL of the alias of `service`."""
        super().__init__(scope, construct_id)
        self.function = service.function
        self.url = self._create_url(service, stage)
        description = "The function URL; requests must be signed."
        CfnOutput(Stack.of(self), "FunctionUrl", description=description, value=self.url.url)

    def _create_url(self, service: ServiceFunction, stage: Stage) -> lambda_.FunctionUrl:
        return lambda_.FunctionUrl(
            self,
            "Url",
            function=cast("lambda_.IFunction", service.alias),  # see infra.alarms
            auth_type=lambda_.FunctionUrlAuthType.AWS_IAM,  # with NONE, the URL is open to everyone
            cors=self._cors(stage.cors_origins) if stage.cors_origins else None,
        )

    def _cors(self, origins: str) -> lambda_.FunctionUrlCorsOptions:
        return lambda_.FunctionUrlCorsOptions(
            allowed_origins=origins.split(","),
            allowed_methods=METHODS,
            allowed_headers=HEADERS,
            max_age=Duration.minutes(10),  # how long a browser keeps the response to a preflight request
        )

    def add_alarms(self, topic: AlarmTopic) -> None:
        """Notify `topic` of server errors and slow responses."""
        server_errors = topic.add_alarm(
            "ServerErrors",
            self.function.metric("Url5xxCount", statistic="Sum"),
            description="The function URL returned a 5xx error; see the function's log.",
            threshold=1,
        )
        self.rollback_alarms = [server_errors]
        topic.add_alarm(
            "Latency",
            self.function.metric("UrlRequestLatency", statistic="Average"),
            description="The average latency of the function URL has been at least 3 seconds for 5 minutes.",
            threshold=3000,  # milliseconds
            minutes=5,
        )

    def graphs(self) -> list[cloudwatch.GraphWidget]:
        """Return the graphs for the dashboard."""
        metric = self.function.metric
        requests = [metric(name, statistic="Sum") for name in ("UrlRequestCount", "Url4xxCount", "Url5xxCount")]
        latencies = [metric("UrlRequestLatency", statistic=each, label=each) for each in ("Average", "Maximum")]
        return [graph("Requests", *requests), graph("Latency (ms)", *latencies)]
