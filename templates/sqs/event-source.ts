// The event source: an SQS queue with a dead-letter queue.

import { CfnOutput, CfnParameter, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import { Alarm } from './alarms.ts';
import { FailureQueue, WAITING, waitingIn } from './failure-queue.ts';
import type { Needs, ServiceFunction } from './function.ts';

const LONGEST_BATCHING_WINDOW = 60; // seconds

/** A queue whose messages the function receives in batches. */
export class EventSource extends Construct {
  static readonly needs: Needs = {
    memorySize: 512,
    timeoutSeconds: 30,
    failures: 'Failed messages return to the queue, which has its own dead-letter queue.',
    rollbackAlarms: [],
  };

  constructor(scope: Construct, id: string, serviceFunction: ServiceFunction) {
    super(scope, id);
    const stack = Stack.of(this);
    const batchSize = new CfnParameter(stack, 'BatchSize', {
      type: 'Number',
      description: 'Maximum number of messages in a batch.',
      default: 10,
      minValue: 1,
      maxValue: 1000,
    });
    const batchingWindow = new CfnParameter(stack, 'BatchingWindow', {
      type: 'Number',
      description: 'Maximum time to gather a batch, in seconds.',
      default: 1,
      minValue: 1,
      maxValue: LONGEST_BATCHING_WINDOW,
    });
    const maximumConcurrency = new CfnParameter(stack, 'MaximumConcurrency', {
      type: 'Number',
      description: 'Maximum concurrency of the event source mapping.',
      default: 10,
      minValue: 2,
      maxValue: 1000,
    });
    const deadLetterQueue = new FailureQueue(this, 'DeadLetterQueue', {
      alarm: 'A message failed five times; it is in the dead-letter queue.',
      topic: serviceFunction.topic,
    });
    const queue = new Queue(this, 'Queue', {
      // As AWS recommends: six times the function's timeout, plus the batching window.
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
        description: 'The oldest message has waited for 30 minutes: the function fails or is too slow.',
        topic: serviceFunction.topic,
      },
    );
    new Alarm(
      this,
      'Depth',
      { metric: `AWS/SQS ${WAITING}`, dimensions, threshold: 1000, statistic: 'Maximum', minutes: 15 },
      {
        description: 'At least 1,000 messages have waited for 15 minutes: the function is too slow.',
        topic: serviceFunction.topic,
      },
    );
    serviceFunction.graphs.push(
      { title: 'Messages waiting', statistic: 'Maximum', rows: [waitingIn(queue), waitingIn(deadLetterQueue)] },
      {
        title: 'Age of the oldest message (s)',
        statistic: 'Maximum',
        rows: [['AWS/SQS', 'ApproximateAgeOfOldestMessage', 'QueueName', queue.queueName]],
      },
    );
    new CfnOutput(stack, 'QueueUrl', {
      description: 'URL of the queue to send orders to.',
      value: queue.queueUrl,
    });
    new CfnOutput(stack, 'DeadLetterQueueUrl', {
      description: 'URL of the dead-letter queue: messages that failed five times.',
      value: deadLetterQueue.queueUrl,
    });
  }
}
