// What invokes the function: a queue, with a dead-letter queue for what fails again and again.

import { CfnOutput, CfnParameter, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import { Alarm } from './alarms.ts';
import { FailureQueue, WAITING, waitingIn } from './failure-queue.ts';
import type { Needs, ServiceFunction } from './function.ts';

const LONGEST_BATCHING_WINDOW = 60; // seconds

/** A queue whose messages the function gets in batches. */
export class EventSource extends Construct {
  static readonly needs: Needs = {
    memorySize: 512,
    timeoutSeconds: 30,
    failures: 'What fails goes back to the queue, which has a dead-letter queue of its own.',
    rollbackAlarms: [],
  };

  constructor(scope: Construct, id: string, serviceFunction: ServiceFunction) {
    super(scope, id);
    const stack = Stack.of(this);
    const batchSize = new CfnParameter(stack, 'BatchSize', {
      type: 'Number',
      description: 'Messages that one invocation gets at most.',
      default: 10,
      minValue: 1,
      maxValue: 1000,
    });
    const batchingWindow = new CfnParameter(stack, 'BatchingWindow', {
      type: 'Number',
      description: 'Seconds to wait for a batch to fill.',
      default: 1,
      minValue: 1,
      maxValue: LONGEST_BATCHING_WINDOW,
    });
    const maximumConcurrency = new CfnParameter(stack, 'MaximumConcurrency', {
      type: 'Number',
      description: 'Batches that are handled at the same time.',
      default: 10,
      minValue: 2,
      maxValue: 1000,
    });
    const deadLetterQueue = new FailureQueue(this, 'DeadLetterQueue', {
      alarm: 'An order failed five times, and waits for someone to look at it.',
      topic: serviceFunction.topic,
    });
    const queue = new Queue(this, 'Queue', {
      // Six times the function's timeout, plus the longest batching window: what AWS advises.
      visibilityTimeout: Duration.seconds(6 * EventSource.needs.timeoutSeconds + LONGEST_BATCHING_WINDOW),
      retentionPeriod: Duration.days(4),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 5 },
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    serviceFunction.policy.addStatements(
      new PolicyStatement({
        sid: 'ReadQueue',
        actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        resources: [queue.queueArn],
      }),
    );
    const mapping = new CfnEventSourceMapping(this, 'Mapping', {
      functionName: serviceFunction.live.functionArn,
      eventSourceArn: queue.queueArn,
      batchSize: batchSize.valueAsNumber,
      maximumBatchingWindowInSeconds: batchingWindow.valueAsNumber,
      scalingConfig: { maximumConcurrency: maximumConcurrency.valueAsNumber },
      functionResponseTypes: ['ReportBatchItemFailures'],
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless::Serverless-LambdaEventSourceMappingDestination',
      reason: EventSource.needs.failures,
    });
    const dimensions = { QueueName: queue.queueName };
    new Alarm(
      this,
      'Age',
      {
        metric: 'AWS/SQS ApproximateAgeOfOldestMessage',
        dimensions,
        threshold: 1800, // seconds
        statistic: 'Maximum',
        minutes: 5,
      },
      {
        description: 'A message has waited for half an hour; the function does not keep up, or fails.',
        topic: serviceFunction.topic,
      },
    );
    new Alarm(
      this,
      'Depth',
      { metric: `AWS/SQS ${WAITING}`, dimensions, threshold: 1000, statistic: 'Maximum', minutes: 15 },
      {
        description: 'A thousand messages have waited for a quarter of an hour; the function does not keep up.',
        topic: serviceFunction.topic,
      },
    );
    serviceFunction.graphs.push(
      { title: 'Messages that wait', statistic: 'Maximum', rows: [waitingIn(queue), waitingIn(deadLetterQueue)] },
      {
        title: 'Age of the oldest message (s)',
        statistic: 'Maximum',
        rows: [['AWS/SQS', 'ApproximateAgeOfOldestMessage', 'QueueName', queue.queueName]],
      },
    );
    new CfnOutput(stack, 'QueueUrl', {
      description: 'Where to send orders.',
      value: queue.queueUrl,
    });
    new CfnOutput(stack, 'DeadLetterQueueUrl', {
      description: 'Where orders end up that failed five times.',
      value: deadLetterQueue.queueUrl,
    });
  }
}
