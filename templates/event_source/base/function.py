"""The Lambda function, with its role, log group, alarms, and the alias that event sources invoke."""

{% if cookiecutter.__zip %}
import sys
{% endif %}
from pathlib import Path
from typing import cast

from aws_cdk import Acknowledgment, CfnOutput, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_cloudwatch as cloudwatch
{% if cookiecutter.__image %}
from aws_cdk import aws_ecr_assets as ecr_assets
{% endif %}
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.alarms import AlarmTopic
from infra.dashboard import graph
from infra.project import {{ 'ARCHITECTURE, SERVICE' if cookiecutter.__image else 'ACCEPTED_RUNTIME, ARCHITECTURE, PACKAGE, SERVICE' }}
from infra.stages import Stage

{% block constants required %}{% endblock %}
{% if cookiecutter.__image %}
PLATFORMS = {"arm64": ecr_assets.Platform.LINUX_ARM64, "x86_64": ecr_assets.Platform.LINUX_AMD64}
{% else %}
RUNTIME = "python{}.{}".format(*sys.version_info)
{% endif %}


class ServiceFunction(Construct):
    """The function that runs the service. Grants go to `function`, event sources to `alias`."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: Stage, key: kms.IKey | None, artifact: Path
    ) -> None:
        """Create the function from `artifact`, the {{ 'folder with the Dockerfile' if cookiecutter.__image else 'zip archive' }}; `key` encrypts what it keeps."""
        super().__init__(scope, construct_id)
        self.log_group = create_log_group(self, stage, key)
        self.function = self._create_function(stage, key, artifact)
        self.alias = self.function.add_alias("live")
        self._acknowledge_findings()
        self._add_outputs()

    def _create_function(self, stage: Stage, key: kms.IKey | None, artifact: Path) -> lambda_.Function:
{% if cookiecutter.__image %}
        return lambda_.DockerImageFunction(
            self,
            "Function",
            function_name=f"{SERVICE}-{stage.name}",
            description=self.node.get_context("description"),
            code=lambda_.DockerImageCode.from_image_asset(str(artifact), platform=PLATFORMS[ARCHITECTURE]),
{% else %}
        return lambda_.Function(
            self,
            "Function",
            function_name=f"{SERVICE}-{stage.name}",
            description=self.node.get_context("description"),
            code=lambda_.Code.from_asset(str(artifact)),
            handler=f"{PACKAGE}.handler.lambda_handler",
            runtime=lambda_.Runtime(RUNTIME, lambda_.RuntimeFamily.PYTHON{{ ', supports_snap_start=True' if cookiecutter.__snap_start }}),
{% endif %}
            architecture=lambda_.Architecture.custom(ARCHITECTURE),
            memory_size=MEMORY_SIZE,
            timeout=TIMEOUT,
            environment=self._environment(stage),
            environment_encryption=key,
            role=create_execution_role(self, self.log_group, key),
            log_group=self.log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=stage.log_level,
            system_log_level_v2=lambda_.SystemLogLevel.INFO,
            tracing=lambda_.Tracing.ACTIVE,
            reserved_concurrent_executions=stage.reserved_concurrency,
{% if cookiecutter.__snap_start %}
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if stage.snap_start else None,
{% endif %}
            # To roll back later, the previous commit is deployed, which publishes its version again.
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.DESTROY),
        )

    def _environment(self, stage: Stage) -> dict[str, str]:
        return {
            "POWERTOOLS_SERVICE_NAME": SERVICE,
            "POWERTOOLS_METRICS_NAMESPACE": SERVICE,
            "CURRENCY": stage.currency,
            "FREE_SHIPPING_FROM": str(stage.free_shipping_from),
        }

    def _acknowledge_findings(self) -> None:
        Validations.of(self.function).acknowledge(
            Acknowledgment(id="Serverless::Serverless-LambdaDLQ", reason=FAILURES),
{% if cookiecutter.__zip %}
            *(Acknowledgment(id=finding, reason=reason) for finding, reason in ACCEPTED_RUNTIME.items()),
{% endif %}
{% if cookiecutter.__snap_start %}
            Acknowledgment(id="@aws-cdk/aws-lambda:snapStartRequirePublish", reason="The alias uses versions."),
{% endif %}
        )

    def _add_outputs(self) -> None:
        stack = Stack.of(self)
        CfnOutput(stack, "FunctionName", description="Name of the function.", value=self.function.function_name)
        CfnOutput(
            stack,
            "FunctionLogGroupName",
            description="Log group of the function.",
            value=self.log_group.log_group_name,
        )

    def add_alarms(self, topic: AlarmTopic) -> None:
        """Notify `topic` of errors, throttling and long invocations."""
        topic.add_alarm(
            "FunctionErrors",
            self.function.metric_errors(),
            description="An invocation failed, timed out, or ran out of memory; see the function's log.",
            threshold=1,
        )
        topic.add_alarm(
            "FunctionThrottles",
            self.function.metric_throttles(),
            description="Invocations were throttled: the concurrency limit was reached.",
            threshold=1,
{% block throttles %}
            minutes=5,  # short throttling is retried
{% endblock %}
        )
        topic.add_alarm(
            "FunctionDuration",
            self.function.metric_duration(statistic="Maximum"),
            description="An invocation took at least 80% of the timeout; raise the timeout or the memory.",
            threshold=0.8 * TIMEOUT.to_milliseconds(),
        )

    def graphs(self) -> list[cloudwatch.GraphWidget]:
        """Return the graphs for the dashboard."""
        function = self.function
        durations = [function.metric_duration(statistic=each, label=each) for each in ("p50", "p99", "Maximum")]
        return [
            graph("Invocations", function.metric_invocations(), function.metric_errors(), function.metric_throttles()),
            graph("Duration (ms)", *durations),
        ]


def create_log_group(scope: Construct, stage: Stage, key: kms.IKey | None, *, name: str | None = None) -> logs.LogGroup:
    """Return a new log group; deleting the stack keeps it."""
    return logs.LogGroup(
        scope,
        "LogGroup",
        log_group_name=name,
        retention=stage.log_retention,
        encryption_key=key,
        removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    )


def create_execution_role(scope: Construct, log_group: logs.LogGroup, key: kms.IKey | None) -> iam.IRole:
    """Return a new execution role, without the managed policy of the default role, which covers all log groups."""
    role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com").grant_principal)
    log_group.grant_write(role)
    no_resource_level = "X-Ray has no resource-level permissions for the actions that send traces."
    accepted = {"Resource::*": no_resource_level}
    if key:
        key.grant_decrypt(role)  # Lambda decrypts environment variables as this role
        accepted |= dict.fromkeys(
            ("Action::kms:GenerateDataKey*", "Action::kms:ReEncrypt*"),
            "Grants of the CDK include all variants of an action; the key is the only resource.",
        )
    Validations.of(role).acknowledge(
        *(Acknowledgment(id=f"AwsSolutions::AwsSolutions-IAM5[{each}]", reason=why) for each, why in accepted.items()),
    )
    return cast("iam.IRole", role)  # see infra.alarms
