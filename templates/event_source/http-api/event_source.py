"""The event source: an HTTP API."""

import json
from collections.abc import Sequence
from typing import cast

from aws_cdk import Aws, CfnOutput, Fn, Stack
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk.aws_apigatewayv2_authorizers import HttpIamAuthorizer
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from infra.alarms import AlarmTopic
from infra.dashboard import graph
from infra.function import ServiceFunction, create_log_group
from infra.project import SERVICE
from infra.stages import Stage

ROUTES = (
    (apigatewayv2.HttpMethod.POST, "/orders"),
{% if cookiecutter.__stored %}
    (apigatewayv2.HttpMethod.GET, "/orders/{order_id}"),
{% endif %}
    (apigatewayv2.HttpMethod.GET, "/health"),
)
ACCESS_LOG = {
    "requestId": "$context.requestId",
    "requestTime": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "caller": "$context.identity.caller",
    "routeKey": "$context.routeKey",
    "status": "$context.status",
    "responseLength": "$context.responseLength",
    "latency": "$context.responseLatency",
    "integrationStatus": "$context.integrationStatus",
    "integrationError": "$context.integrationErrorMessage",
}


class EventSource(Construct):
    """An HTTP API with throttling and access logs."""

    rollback_alarms: Sequence[cloudwatch.Alarm] = ()  # they stop a deployment as well

    def __init__(
        self, scope: Construct, construct_id: str, *, service: ServiceFunction, stage: Stage, key: kms.IKey | None
    ) -> None:
        """Create the API, which invokes the alias of `service`; `key` encrypts its access logs."""
        super().__init__(scope, construct_id)
        self.api = self._create_api(service)
        self._create_stage(stage, self._create_log_group(stage, key))
        CfnOutput(Stack.of(self), "ApiUrl", description="URL of the API.", value=self.api.api_endpoint)

    def _create_api(self, service: ServiceFunction) -> apigatewayv2.HttpApi:
        api = apigatewayv2.HttpApi(
            self,
            "Api",
            api_name=SERVICE,
            create_default_stage=False,
            default_authorizer=HttpIamAuthorizer(),  # without this line, the API is open to everyone
        )
        integration = HttpLambdaIntegration("Function", cast("lambda_.IFunction", service.alias))  # see infra.alarms
        for method, path in ROUTES:
            api.add_routes(path=path, methods=[method], integration=integration)
        return api

    def _create_log_group(self, stage: Stage, key: kms.IKey | None) -> logs.LogGroup:
        # This prefix keeps the log group out of the account's resource policy, whose size is limited. A part of the
        # stack's id makes the name unique, because deleting the stack keeps the log group.
        unique = Fn.select(4, Fn.split("-", Fn.select(2, Fn.split("/", Aws.STACK_ID))))
        name = f"/aws/vendedlogs/apis/{SERVICE}-{stage.name}-{unique}"
        return create_log_group(self, stage, key, name=name)

    def _create_stage(self, stage: Stage, log_group: logs.LogGroup) -> None:
        # Low-level, because the settings of access logs are an interface, which Python would have to implement.
        apigatewayv2.CfnStage(
            self,
            "Stage",
            api_id=self.api.api_id,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=apigatewayv2.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=stage.throttling_rate,
                throttling_burst_limit=stage.throttling_burst,
                detailed_metrics_enabled=True,
            ),
            access_log_settings=apigatewayv2.CfnStage.AccessLogSettingsProperty(
                destination_arn=log_group.log_group_arn,
                format=json.dumps(ACCESS_LOG),
            ),
        )

    def add_alarms(self, topic: AlarmTopic) -> None:
        """Notify `topic` of server errors and slow responses."""
        server_errors = topic.add_alarm(
            "ServerErrors",
            self.api.metric_server_error(),
            description="The API returned a 5xx error; see the function's log.",
            threshold=1,
        )
        self.rollback_alarms = [server_errors]
        topic.add_alarm(
            "Latency",
            self.api.metric_latency(statistic="p99"),
            description="The p99 latency of the API has been at least 3 seconds for 5 minutes.",
            threshold=3000,  # milliseconds
            minutes=5,
        )

    def graphs(self) -> list[cloudwatch.GraphWidget]:
        """Return the graphs for the dashboard."""
        api = self.api
        requests = api.metric_count(statistic="Sum"), api.metric_client_error(), api.metric_server_error()
        latencies = [api.metric_latency(statistic=each, label=each) for each in ("p50", "p99")]
        return [graph("Requests", *requests), graph("Latency (ms)", *latencies)]
