"""The table of orders, with its alarms."""

from typing import cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_cloudwatch_actions import SnsAction
from constructs import Construct

from infra.alarms import MINUTE, AlarmTopic
from infra.dashboard import graph
from infra.stages import Stage

# What the repository calls, by the name in the alarms' expression.
{% if cookiecutter.__batches %}
OPERATIONS = {"read": "BatchGetItem", "write": "TransactWriteItems"}
# A transaction of puts needs the permission to put.
ACTIONS = ("dynamodb:BatchGetItem", "dynamodb:PutItem")
{% else %}
OPERATIONS = {"read": "GetItem", "write": "PutItem"}
ACTIONS = ("dynamodb:GetItem", "dynamodb:PutItem")
{% endif %}


class OrdersTable(Construct):
    """The table of orders; deleting the stack keeps it."""

    def __init__(
        self, scope: Construct, construct_id: str, *, function: lambda_.Function, stage: Stage, key: kms.IKey | None
    ) -> None:
        """Create the table, encrypted with `key` if there is one, and let `function` use it."""
        super().__init__(scope, construct_id)
        self.table = self._create_table(stage, key)
        self.table.grant(function, *ACTIONS)
        if key:
            key.grant_encrypt_decrypt(function)
        function.add_environment("ORDERS_TABLE", self.table.table_name)

    def _create_table(self, stage: Stage, key: kms.IKey | None) -> dynamodb.Table:
        recovery = dynamodb.PointInTimeRecoverySpecification(point_in_time_recovery_enabled=True)
        return dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="order_id", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED if key else dynamodb.TableEncryption.AWS_MANAGED,
            encryption_key=key,
            point_in_time_recovery_specification=recovery,
            deletion_protection=stage.deletion_protection,
            # A failed first deployment could not delete the protected table, and could not roll back.
            removal_policy=RemovalPolicy.RETAIN,
        )

    def add_alarms(self, topic: AlarmTopic) -> None:
        """Notify `topic` of throttled requests and of errors in DynamoDB."""
        self._add_alarm(
            topic,
            "OrdersThrottles",
            "ThrottledRequests",
            description="Requests to the orders table were throttled: a throughput limit was reached.",
        )
        self._add_alarm(
            topic,
            "OrdersErrors",
            "SystemErrors",
            description="DynamoDB failed requests to the orders table with an internal error.",
        )

    def _add_alarm(self, topic: AlarmTopic, construct_id: str, metric_name: str, *, description: str) -> None:
        # DynamoDB publishes these metrics late, and only while requests fail: an alarm on them alone stays in ALARM.
        # TIME_SERIES(0) ends it, and one data point out of five is enough, so that no zero hides a late value.
        total = cloudwatch.MathExpression(
            expression=f"SUM([{', '.join(OPERATIONS)}, TIME_SERIES(0)])",
            using_metrics={name: self._failures(metric_name, each) for name, each in OPERATIONS.items()},
            period=MINUTE,
        )
        alarm = total.create_alarm(
            topic,
            construct_id,
            alarm_description=description,
            threshold=1,
            evaluation_periods=5,
            datapoints_to_alarm=1,
        )
        alarm.add_alarm_action(cast("cloudwatch.IAlarmAction", SnsAction(topic.topic)))

    def _failures(self, metric_name: str, operation: str) -> cloudwatch.Metric:
        dimensions = {"TableName": self.table.table_name, "Operation": operation}
        return self.table.metric(metric_name, dimensions_map=dimensions, statistic="Sum")

    def graphs(self) -> list[cloudwatch.GraphWidget]:
        """Return the graphs for the dashboard."""
        table = self.table
        consumed = table.metric_consumed_read_capacity_units(), table.metric_consumed_write_capacity_units()
        names = ("ThrottledRequests", "SystemErrors")
        failures = [self._failures(name, each) for name in names for each in OPERATIONS.values()]
        return [
            graph("Orders table: consumed capacity units", *consumed),
            graph("Orders table: failed requests", *failures),
        ]
