{% extends 'event_source/base/stream_event_source.py' %}
{% block docstring %}The event source: a Kinesis data stream, with a queue for failures.{% endblock %}
{% set cdk = 'Acknowledgment, CfnOutput, Duration, RemovalPolicy, Stack, Validations' %}
{% block stream_import %}
from aws_cdk import aws_kinesis as kinesis
{% endblock %}
{% block source_class %}KinesisEventSource{% endblock %}
{% block stream %}
    def _find_stream(self, stage: Stage, key: kms.IKey | None) -> kinesis.IStream:
        """Return the existing stream of `stage`, or else a new one; Kinesis has no endpoint without TLS."""
        if stage.stream_arn:
            return kinesis.Stream.from_stream_arn(self, "Stream", stage.stream_arn)
        stream = kinesis.Stream(
            self,
            "Stream",
            stream_mode=kinesis.StreamMode.ON_DEMAND,
            retention_period=Duration.hours(stage.retention_hours),
            encryption=kinesis.StreamEncryption.KMS if key else kinesis.StreamEncryption.MANAGED,
            encryption_key=key,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        if key:
            reason = "The stage has a key of its own for all stored data."
            Validations.of(stream).acknowledge(Acknowledgment(id="AwsSolutions::AwsSolutions-KDS3", reason=reason))
        return stream

    def _metric_throttled_writes(self) -> cloudwatch.Metric:
        return self.stream.metric_write_provisioned_throughput_exceeded(statistic="Sum")

    def _metric_throttled_reads(self) -> cloudwatch.Metric:
        return self.stream.metric_read_provisioned_throughput_exceeded(statistic="Sum")

{% endblock %}
{% block outputs %}
        CfnOutput(
            stack,
            "StreamName",
            description="Name of the stream to put orders into.",
            value=self.stream.stream_name,
        )
{% endblock %}
{% block alarms %}
        topic.add_alarm(
            "WriteThrottles",
            self._metric_throttled_writes(),
            description="Senders were throttled: their records are not in the stream unless they retry.",
            threshold=1,
        )
        topic.add_alarm(
            "ReadThrottles",
            self._metric_throttled_reads(),
            description="Readers of the stream were throttled for 15 minutes: too many share its throughput.",
            threshold=1,
            minutes=15,  # readers retry
        )
{% endblock %}
{% block graphs %}
            graph("Throttled writes and reads", self._metric_throttled_writes(), self._metric_throttled_reads()),
{% endblock %}
