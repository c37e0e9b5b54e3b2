// What invokes the function: a schedule, with queues for runs that fail.

import { Aws, CfnOutput, CfnParameter, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

import { FailureQueue, waitingIn } from './failure-queue.ts';
import type { Needs, ServiceFunction } from './function.ts';

// What the function gets; the scheduler puts the time in.
const RUN = {
  scheduled_time: '<aws.scheduler.scheduled-time>',
  order: { delivery: 'standard', lines: [{ sku: 'PEN-001', quantity: 100 }] },
};

/** A schedule that places a standing order. */
export class EventSource extends Construct {
  static readonly needs: Needs = {
    memorySize: 512,
    timeoutSeconds: 10,
    failures: 'Failed runs go to a queue as a destination, which keeps the error with the event.',
    rollbackAlarms: [],
  };

  constructor(scope: Construct, id: string, serviceFunction: ServiceFunction) {
    super(scope, id);
    const stack = Stack.of(this);
    const expression = new CfnParameter(stack, 'ScheduleExpression', {
      description: 'When to run, as EventBridge Scheduler writes it.',
      default: 'cron(0 6 * * ? *)',
    });
    const timezone = new CfnParameter(stack, 'ScheduleTimezone', {
      description: 'The time zone of the expression.',
      default: 'UTC',
    });
    const window = new CfnParameter(stack, 'FlexibleWindowInMinutes', {
      type: 'Number',
      description: 'How late a run may start, so that not all schedules of the world start at once.',
      default: 5,
      minValue: 1,
      maxValue: 1440,
    });
    const deadLetterQueue = new FailureQueue(this, 'DeadLetterQueue', {
      alarm: 'A run could not be started, and waits for someone to look at it.',
      topic: serviceFunction.topic,
    });
    const failureQueue = new FailureQueue(this, 'FailureQueue', {
      alarm: 'The function failed on a run, which waits for someone to look at it.',
      topic: serviceFunction.topic,
    });
    const role = new Role(this, 'Role', {
      description: 'What the schedule may do.',
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
              sid: 'KeepUndeliveredRuns',
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
        sid: 'KeepFailedRuns',
        actions: ['sqs:SendMessage'],
        resources: [failureQueue.queueArn],
      }),
    );
    serviceFunction.graphs.push({
      title: 'Runs that failed',
      statistic: 'Maximum',
      rows: [waitingIn(deadLetterQueue), waitingIn(failureQueue)],
    });
    new CfnOutput(stack, 'DeadLetterQueueUrl', {
      description: 'Where runs end up that could not be delivered.',
      value: deadLetterQueue.queueUrl,
    });
    new CfnOutput(stack, 'FailureQueueUrl', {
      description: 'Where runs end up that the function failed on.',
      value: failureQueue.queueUrl,
    });
  }
}
