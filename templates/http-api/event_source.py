"""The event source: an HTTP API with IAM authorization."""

import json
from typing import cast

from aws_cdk import Aws, CfnOutput, CfnParameter, Fn, Stack
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_apigatewayv2_authorizers import HttpIamAuthorizer
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from infra.alarms import Alarm, Limit
from infra.dashboard import Graph, Row
from infra.function import Needs, ServiceFunction
from infra.log_group import StagedLogGroup
from infra.project import SERVICE

ROUTES = {"/orders": apigatewayv2.HttpMethod.POST, "/health": apigatewayv2.HttpMethod.GET}
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
    """An HTTP API that requires signed requests, with throttling and access logs."""

    NEEDS = Needs(
        memory_size=512,
        timeout_seconds=10,
        failures="The API invokes the function synchronously: the caller gets the error, and no event is lost.",
        rollback_alarms=(f"{Aws.STACK_NAME}-server-errors",),
    )

    def __init__(self, scope: Construct, construct_id: str, function: ServiceFunction) -> None:
        """Create the API, with its stack parameters and outputs.

        Args:
            scope: the parent construct.
            construct_id: the id within `scope`.
            function: the function that handles the requests.
        """
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        rate = CfnParameter(
            stack,
            "ThrottlingRate",
            type="Number",
            description="Rate limit of the API, in requests per second.",
            default=100,
            min_value=1,
        )
        burst = CfnParameter(
            stack,
            "ThrottlingBurst",
            type="Number",
            description="Burst limit of the API, in requests.",
            default=200,
            min_value=1,
        )
        api = apigatewayv2.HttpApi(
            self,
            "Api",
            api_name=SERVICE,
            create_default_stage=False,
            default_authorizer=HttpIamAuthorizer(),  # without this line, the API is open to everyone
        )
        # A cast, because the class names a parameter differently from its interface.
        integration = HttpLambdaIntegration("Function", cast("lambda_.IFunction", function.live))
        for path, method in ROUTES.items():
            api.add_routes(path=path, methods=[method], integration=integration)
        # This prefix keeps the log group out of the account's resource policy, whose size is limited.
        stack_uuid = Fn.select(2, Fn.split("/", Aws.STACK_ID))
        log_group = StagedLogGroup(self, "LogGroup", name=f"/aws/vendedlogs/apis/{SERVICE}-{stack_uuid}")
        apigatewayv2.CfnStage(
            self,
            "Stage",
            api_id=api.api_id,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=apigatewayv2.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=rate.value_as_number,
                throttling_burst_limit=burst.value_as_number,
                detailed_metrics_enabled=True,
            ),
            access_log_settings=apigatewayv2.CfnStage.AccessLogSettingsProperty(
                destination_arn=log_group.log_group_arn,
                format=json.dumps(ACCESS_LOG),
            ),
        )
        (server_errors,) = self.NEEDS.rollback_alarms
        Alarm(
            self,
            "ServerErrors",
            Limit(
                metric="AWS/ApiGateway 5xx",
                dimensions={"ApiId": api.api_id},
                threshold=1,
            ),
            # A fixed name: a reference from the deployment group to this alarm would be circular.
            name=server_errors,
            description="The API returned a 5xx error; see the function's log.",
            topic=function.topic,
        )
        Alarm(
            self,
            "Latency",
            Limit(
                metric="AWS/ApiGateway Latency",
                dimensions={"ApiId": api.api_id},
                threshold=3000,  # milliseconds
                statistic="p99",
                minutes=5,
            ),
            description="The p99 latency of the API has been at least 3 seconds for 5 minutes.",
            topic=function.topic,
        )
        requests: list[Row] = [["AWS/ApiGateway", metric, "ApiId", api.api_id] for metric in ("Count", "4xx", "5xx")]
        latency: Row = ["AWS/ApiGateway", "Latency", "ApiId", api.api_id]
        function.graphs += [
            Graph("Requests", "Sum", requests),
            Graph("Latency (ms)", "p99", [[*latency, {"stat": "p50"}], latency]),
        ]
        CfnOutput(
            stack,
            "ApiUrl",
            description="URL of the API; requests must be signed (IAM).",
            value=api.api_endpoint,
        )
