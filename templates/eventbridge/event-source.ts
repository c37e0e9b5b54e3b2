// The event source: an EventBridge rule, a dead-letter queue, and an on-failure destination.

import { CfnOutput, CfnParameter, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

import { FailureQueue, waitingIn } from './failure-queue.ts';
import type { Needs, ServiceFunction } from './function.ts';

/** An EventBridge rule that invokes the function. */
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
    const busName = new CfnParameter(stack, 'EventBusName', {
      description: 'Event bus of the rule.',
      default: 'default',
    });
    const source = new CfnParameter(stack, 'EventSource', {
      description: 'Source of the events that the rule matches.',
      default: 'shop',
    });
    const detailType = new CfnParameter(stack, 'EventDetailType', {
      description: 'Detail type of the events that the rule matches.',
      default: 'OrderPlaced',
    });
    const deadLetterQueue = new FailureQueue(this, 'DeadLetterQueue', {
      alarm: 'An event could not be delivered; it is in the dead-letter queue.',
      topic: serviceFunction.topic,
    });
    const failureQueue = new FailureQueue(this, 'FailureQueue', {
      alarm: 'The function failed on an event, which is now in the on-failure destination.',
      topic: serviceFunction.topic,
    });
    const rule = new CfnRule(this, 'Rule', {
      description: 'Invokes the function for each order.',
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
        sid: 'SendToDeadLetterQueue',
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
    new CfnOutput(stack, 'RuleArn', {
      description: 'ARN of the rule.',
      value: rule.attrArn,
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
