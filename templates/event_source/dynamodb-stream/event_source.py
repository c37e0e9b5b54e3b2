{% extends 'event_source/base/stream_event_source.py' %}
{% set source, alarm_names, alarm_actions = 'table', 'MINUTE, ', 'from aws_cdk.aws_cloudwatch_actions import SnsAction\n' %}
{% block docstring %}The event source: the stream of a DynamoDB table, with a queue for failures.{% endblock %}
{% block stream_import %}
from aws_cdk import aws_dynamodb as dynamodb
{% endblock %}
{% block source_class %}DynamoEventSource{% endblock %}
{% block class_docstring %}A table; the function receives its changes in batches, those of an item in order.{% endblock %}
{% block stream %}
    def _find_table(self, stage: Stage, key: kms.IKey | None) -> dynamodb.ITable:
        """Return the existing table whose stream the stage names, or else a new one."""
        if stage.stream_arn:
            arn, _, _ = stage.stream_arn.partition("/stream/")
            return dynamodb.Table.from_table_attributes(self, "Table", table_arn=arn, table_stream_arn=stage.stream_arn)
        recovery = dynamodb.PointInTimeRecoverySpecification(point_in_time_recovery_enabled=True)
        return dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="order_id", type=dynamodb.AttributeType.STRING),
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED if key else dynamodb.TableEncryption.AWS_MANAGED,
            encryption_key=key,
            point_in_time_recovery_specification=recovery,
            deletion_protection=stage.deletion_protection,
            # A failed first deployment could not delete the protected table, and could not roll back.
            removal_policy=RemovalPolicy.RETAIN,
        )

    def _metric_throttled_writes(self) -> cloudwatch.Metric:
        return self.table.metric("WriteThrottleEvents", statistic="Sum")

{% endblock %}
{% block outputs %}
        CfnOutput(
            stack,
            "SourceTableName",
            description="Name of the table whose new items are orders.",
            value=self.table.table_name,
        )
{% endblock %}
{% block alarms %}
        # DynamoDB publishes this metric late, and only while writes are throttled: an alarm on it alone stays in ALARM.
        # TIME_SERIES(0) ends it, and one data point out of five is enough, so that no zero hides a late value.
        total = cloudwatch.MathExpression(
            expression="SUM([writes, TIME_SERIES(0)])",
            using_metrics={"writes": self._metric_throttled_writes()},
            period=MINUTE,
        )
        alarm = total.create_alarm(
            topic,
            "WriteThrottles",
            alarm_description="Writes to the source table were throttled: "
            "their items are not there unless the senders retry.",
            threshold=1,
            evaluation_periods=5,
            datapoints_to_alarm=1,
        )
        alarm.add_alarm_action(cast("cloudwatch.IAlarmAction", SnsAction(topic.topic)))
{% endblock %}
{% block graphs %}
            graph("Throttled writes to the source table", self._metric_throttled_writes()),
{% endblock %}
