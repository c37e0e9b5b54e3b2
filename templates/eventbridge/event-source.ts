// What invokes the function: an EventBridge rule, with queues for events that fail.

import { CfnOutput, CfnParameter, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

import { FailureQueue, waitingIn } from './failure-queue.ts';
import type { Needs, ServiceFunction } from './function.ts';

/** A rule that picks events from a bus. */
export class EventSource extends Construct {
  static readonly needs: Needs = {
    memorySize: 512,
    timeoutSeconds: 10,
    failures: 'Failed events go to a queue as a destination, which keeps the error with the event.',
    rollbackAlarms: [],
  };

  constructor(scope: Construct, id: string, serviceFunction: ServiceFunction) {
    super(scope, id);
    const stack = Stack.of(this);
    const busName = new CfnParameter(stack, 'EventBusName', {
      description: 'The bus that orders come from.',
      default: 'default',
    });
    const source = new CfnParameter(stack, 'EventSource', {
      description: 'The source of the events to take.',
      default: 'shop',
    });
    const detailType = new CfnParameter(stack, 'EventDetailType', {
      description: 'The detail type of the events to take.',
      default: 'OrderPlaced',
    });
    const deadLetterQueue = new FailureQueue(this, 'DeadLetterQueue', {
      alarm: 'An event could not be delivered, and waits for someone to look at it.',
      topic: serviceFunction.topic,
    });
    const failureQueue = new FailureQueue(this, 'FailureQueue', {
      alarm: 'The function failed on an event, which waits for someone to look at it.',
      topic: serviceFunction.topic,
    });
    const rule = new CfnRule(this, 'Rule', {
      description: 'Sends orders to the function.',
      eventBusName: busName.valueAsString,
      eventPattern: { source: [source.valueAsString], 'detail-type': [detailType.valueAsString] },
      targets: [
        {
          id: 'Function',
          arn: serviceFunction.live.functionArn,
          retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
          deadLetterConfig: { arn: deadLetterQueue.queueArn },
        },
      ],
    });
    new CfnPermission(this, 'Permission', {
      functionName: serviceFunction.live.functionArn,
      action: 'lambda:InvokeFunction',
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    });
    deadLetterQueue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'KeepUndeliveredEvents',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [deadLetterQueue.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.attrArn } },
      }),
    );
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
      title: 'Events that failed',
      statistic: 'Maximum',
      rows: [waitingIn(deadLetterQueue), waitingIn(failureQueue)],
    });
    new CfnOutput(stack, 'RuleArn', {
      description: 'The rule that picks the events.',
      value: rule.attrArn,
    });
    new CfnOutput(stack, 'DeadLetterQueueUrl', {
      description: 'Where events end up that could not be delivered.',
      value: deadLetterQueue.queueUrl,
    });
    new CfnOutput(stack, 'FailureQueueUrl', {
      description: 'Where events end up that the function failed on.',
      value: failureQueue.queueUrl,
    });
  }
}
