{% extends 'event_source/base/stream_event-source.ts' %}
{% block comment %}// The event source: a Kinesis data stream, with a queue for failures.{% endblock %}
{% set cdk = 'CfnOutput, Duration, RemovalPolicy, Stack, Validations' %}
{% block stream_import %}
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
{% endblock %}
{% block source_class %}KinesisEventSource{% endblock %}
{% block property %}
  readonly stream: kinesis.IStream;
{% endblock %}
{% block stream %}
  /** Returns the existing stream of the stage, or else a new one; Kinesis has no endpoint without TLS. */
  private findStream({ stage, key }: StageProps): kinesis.IStream {
    if (stage.streamArn) {
      return kinesis.Stream.fromStreamArn(this, 'Stream', stage.streamArn);
    }
    const stream = new kinesis.Stream(this, 'Stream', {
      streamMode: kinesis.StreamMode.ON_DEMAND,
      retentionPeriod: Duration.hours(stage.retentionHours),
      encryption: key ? kinesis.StreamEncryption.KMS : kinesis.StreamEncryption.MANAGED,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    if (key) {
      const reason = 'The stage has a key of its own for all stored data.';
      Validations.of(stream).acknowledge({ id: 'AwsSolutions::AwsSolutions-KDS3', reason });
    }
    return stream;
  }

  private metricThrottledWrites(): cloudwatch.Metric {
    return this.stream.metricWriteProvisionedThroughputExceeded({ statistic: 'Sum' });
  }

  private metricThrottledReads(): cloudwatch.Metric {
    return this.stream.metricReadProvisionedThroughputExceeded({ statistic: 'Sum' });
  }

{% endblock %}
{% block outputs %}
    new CfnOutput(stack, 'StreamName', {
      description: 'Name of the stream to put orders into.',
      value: this.stream.streamName,
    });
{% endblock %}
{% block alarms %}
    topic.addAlarm('WriteThrottles', this.metricThrottledWrites(), {
      description: 'Senders were throttled: their records are not in the stream unless they retry.',
      threshold: 1,
    });
    topic.addAlarm('ReadThrottles', this.metricThrottledReads(), {
      description: 'Readers of the stream were throttled for 15 minutes: too many share its throughput.',
      threshold: 1,
      minutes: 15, // readers retry
    });
{% endblock %}
{% block graphs %}
      graph('Throttled writes and reads', this.metricThrottledWrites(), this.metricThrottledReads()),
{% endblock %}
