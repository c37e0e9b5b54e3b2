{% extends 'event_source/base/stream_event-source.ts' %}
{% set source, is_computed, alarm_names = 'table', 'yes', '{ type AlarmTopic, MINUTE }' %}
{% block comment %}// The event source: the stream of a DynamoDB table, with a queue for failures.{% endblock %}
{% block stream_import %}
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
{% endblock %}
{% block source_class %}DynamoEventSource{% endblock %}
{% block class_comment %}/** A table; the function receives its changes in batches, those of an item in order. */{% endblock %}
{% block property %}
  readonly table: dynamodb.ITable;
{% endblock %}
{% block stream %}
  /** Returns the existing table whose stream the stage names, or else a new one. */
  private findTable({ stage, key }: StageProps): dynamodb.ITable {
    if (stage.streamArn) {
      const [tableArn = ''] = stage.streamArn.split('/stream/');
      return dynamodb.Table.fromTableAttributes(this, 'Table', { tableArn, tableStreamArn: stage.streamArn });
    }
    return new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'order_id', type: dynamodb.AttributeType.STRING },
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: key ? dynamodb.TableEncryption.CUSTOMER_MANAGED : dynamodb.TableEncryption.AWS_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage.deletionProtection,
      // A failed first deployment could not delete the protected table, and could not roll back.
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private metricThrottledWrites(): cloudwatch.Metric {
    return this.table.metric('WriteThrottleEvents', { statistic: 'Sum' });
  }

{% endblock %}
{% block outputs %}
    new CfnOutput(stack, 'SourceTableName', {
      description: 'Name of the table whose new items are orders.',
      value: this.table.tableName,
    });
{% endblock %}
{% block alarms %}
    // DynamoDB publishes this metric late, and only while writes are throttled: an alarm on it alone stays in ALARM.
    // TIME_SERIES(0) ends it, and one data point out of five is enough, so that no zero hides a late value.
    const total = new cloudwatch.MathExpression({
      expression: 'SUM([writes, TIME_SERIES(0)])',
      usingMetrics: { writes: this.metricThrottledWrites() },
      period: MINUTE,
    });
    const alarm = total.createAlarm(topic, 'WriteThrottles', {
      alarmDescription:
        'Writes to the source table were throttled: their items are not there unless the senders retry.',
      threshold: 1,
      evaluationPeriods: 5,
      datapointsToAlarm: 1,
    });
    alarm.addAlarmAction(new SnsAction(topic.topic));
{% endblock %}
{% block graphs %}
      graph('Throttled writes to the source table', this.metricThrottledWrites()),
{% endblock %}
