// The table of orders, with its alarms.

import { RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

import { type AlarmTopic, MINUTE } from './alarms.ts';
import { graph } from './dashboard.ts';
import type { ServiceProps, StageProps } from './function.ts';

// What the repository calls, by the name in the alarms' expression.
{% if cookiecutter.__batches %}
const OPERATIONS = { read: 'BatchGetItem', write: 'TransactWriteItems' };
// A transaction of puts needs the permission to put.
const ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:PutItem'];
{% else %}
const OPERATIONS = { read: 'GetItem', write: 'PutItem' };
const ACTIONS = ['dynamodb:GetItem', 'dynamodb:PutItem'];
{% endif %}

/** The table of orders, with the permission of the function to use it. */
export class OrdersTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, { stage, key, service }: ServiceProps) {
    super(scope, id);
    this.table = this.createTable({ stage, key });
    this.table.grant(service.function, ...ACTIONS);
    key?.grantEncryptDecrypt(service.function); // DynamoDB uses the key as the function
    service.function.addEnvironment('ORDERS_TABLE', this.table.tableName);
  }

  private createTable({ stage, key }: StageProps): dynamodb.Table {
    return new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'order_id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: key ? dynamodb.TableEncryption.CUSTOMER_MANAGED : dynamodb.TableEncryption.AWS_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage.deletionProtection,
      // A failed first deployment could not delete the protected table, and could not roll back.
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Adds alarms for throttled requests and for errors in DynamoDB. */
  addAlarms(topic: AlarmTopic): void {
    this.addAlarm(topic, 'OrdersThrottles', {
      metricName: 'ThrottledRequests',
      description: 'Requests to the orders table were throttled: a throughput limit was reached.',
    });
    this.addAlarm(topic, 'OrdersErrors', {
      metricName: 'SystemErrors',
      description: 'DynamoDB failed requests to the orders table with an internal error.',
    });
  }

  private addAlarm(topic: AlarmTopic, id: string, props: { metricName: string; description: string }): void {
    // DynamoDB publishes these metrics late, and only while requests fail: an alarm on them alone stays in ALARM.
    // TIME_SERIES(0) ends it, and one data point out of five is enough, so that no zero hides a late value.
    const total = new cloudwatch.MathExpression({
      expression: `SUM([${Object.keys(OPERATIONS).join(', ')}, TIME_SERIES(0)])`,
      usingMetrics: {
        read: this.failures(props.metricName, OPERATIONS.read),
        write: this.failures(props.metricName, OPERATIONS.write),
      },
      period: MINUTE,
    });
    const alarm = total.createAlarm(topic, id, {
      alarmDescription: props.description,
      threshold: 1,
      evaluationPeriods: 5,
      datapointsToAlarm: 1,
    });
    alarm.addAlarmAction(new SnsAction(topic.topic));
  }

  private failures(metricName: string, operation: string): cloudwatch.Metric {
    const dimensionsMap = { TableName: this.table.tableName, Operation: operation };
    return this.table.metric(metricName, { dimensionsMap, statistic: 'Sum' });
  }

  /** Returns the graphs for the dashboard. */
  graphs(): cloudwatch.GraphWidget[] {
    const { table } = this;
    const consumed = [table.metricConsumedReadCapacityUnits(), table.metricConsumedWriteCapacityUnits()];
    const failures = ['ThrottledRequests', 'SystemErrors'].flatMap((name) =>
      Object.values(OPERATIONS).map((operation) => this.failures(name, operation)),
    );
    return [
      graph('Orders table: consumed capacity units', ...consumed),
      graph('Orders table: failed requests', ...failures),
    ];
  }
}
