// The event source: a schedule, a dead-letter queue, and an on-failure destination.

import { Aws, CfnOutput, CfnParameter, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

import { FailureQueue, waitingIn } from './failure-queue.ts';
import type { Needs, ServiceFunction } from './function.ts';

// The input of the function; EventBridge Scheduler inserts the time.
const RUN = {
  scheduled_time: '<aws.scheduler.scheduled-time>',
  order: { delivery: 'standard', lines: [{ sku: 'PEN-001', quantity: 100 }] },
};

/** A schedule that places a recurring order. */
export class EventSource extends Construct {
  static readonly needs: Needs = {
    memorySize: 512,
    timeoutSeconds: 10,
    failures: 'An on-failure destination receives failed events, with the error.',
    rollbackAlarms: [],
  };

  constructor(scope: Construct, id: string, serviceFunction: ServiceFunction) {
    super(scope, id);
    const stack = Stack.of(this);
    const expression = new CfnParameter(stack, 'ScheduleExpression', {
      description: 'Schedule expression, such as rate(1 hour) or cron(0 6 * * ? *).',
      default: 'cron(0 6 * * ? *)',
    });
    const timezone = new CfnParameter(stack, 'ScheduleTimezone', {
      description: 'Time zone of the schedule expression.',
      default: 'UTC',
    });
    const window = new CfnParameter(stack, 'FlexibleWindowInMinutes', {
      type: 'Number',
      description: 'Flexible time window: the schedule starts within this time, in minutes.',
      default: 5,
      minValue: 1,
      maxValue: 1440,
    });
    const deadLetterQueue = new FailureQueue(this, 'DeadLetterQueue', {
      alarm: 'An event could not be delivered; it is in the dead-letter queue.',
      topic: serviceFunction.topic,
    });
    const failureQueue = new FailureQueue(this, 'FailureQueue', {
      alarm: 'The function failed on an event, which is now in the on-failure destination.',
      topic: serviceFunction.topic,
    });
    const role = new Role(this, 'Role', {
      description: 'Execution role of the schedule.',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        Schedule: new PolicyDocument({
          statements: [
            new PolicyStatement({
              sid: 'InvokeFunction',
              actions: ['lambda:InvokeFunction'],
              resources: [serviceFunction.live.functionArn],
            }),
            new PolicyStatement({
              sid: 'SendToDeadLetterQueue',
              actions: ['sqs:SendMessage'],
              resources: [deadLetterQueue.queueArn],
            }),
            serviceFunction.encryption.permission(),
          ],
        }),
      },
    });
    new CfnSchedule(this, 'Schedule', {
      scheduleExpression: expression.valueAsString,
      scheduleExpressionTimezone: timezone.valueAsString,
      flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: window.valueAsNumber },
      target: {
        arn: serviceFunction.live.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify(RUN),
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
        deadLetterConfig: { arn: deadLetterQueue.queueArn },
      },
    });
    new CfnEventInvokeConfig(this, 'InvokeConfig', {
      functionName: serviceFunction.handler.functionName,
      qualifier: 'live',
      maximumEventAgeInSeconds: 3600,
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: failureQueue.queueArn } },
    });
    serviceFunction.policy.addStatements(
      new PolicyStatement({
        sid: 'SendToFailureDestination',
        actions: ['sqs:SendMessage'],
        resources: [failureQueue.queueArn],
      }),
    );
    serviceFunction.graphs.push({
      title: 'Failed events',
      statistic: 'Maximum',
      rows: [waitingIn(deadLetterQueue), waitingIn(failureQueue)],
    });
    new CfnOutput(stack, 'DeadLetterQueueUrl', {
      description: 'URL of the dead-letter queue: events that could not be delivered.',
      value: deadLetterQueue.queueUrl,
    });
    new CfnOutput(stack, 'FailureQueueUrl', {
      description: 'URL of the on-failure destination: events that the function failed on.',
      value: failureQueue.queueUrl,
    });
  }
}
