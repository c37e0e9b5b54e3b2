// The event source: an SQS queue with a dead-letter queue.

import { CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import type { AlarmTopic } from './alarms.ts';
import { graph } from './dashboard.ts';
import { FailureQueue } from './failure-queue.ts';
import { FAILURES, type ServiceFunction, type ServiceProps, type StageProps, TIMEOUT } from './function.ts';
import type { Stage } from './stages.ts';

/** A queue whose messages the function receives in batches. */
export class EventSource extends Construct {
  /** Alarms that stop a deployment as well. */
  readonly rollbackAlarms: cloudwatch.Alarm[] = [];
  readonly deadLetterQueue: sqs.Queue;
  readonly queue: sqs.Queue;

  constructor(scope: Construct, id: string, { stage, key, service }: ServiceProps) {
    super(scope, id);
    this.deadLetterQueue = this.createDeadLetterQueue(service, key);
    this.queue = this.createQueue({ stage, key });
    this.invoke(service.alias, stage);
    this.addOutputs();
  }

  /** Returns the queue that the function sends messages to that it rejects or fails on. */
  private createDeadLetterQueue(service: ServiceFunction, key: kms.IKey | undefined): sqs.Queue {
    const queue = new FailureQueue(this, 'DeadLetterQueue', { key });
    queue.grantSendMessages(service.function);
    service.function.addEnvironment('DEAD_LETTER_QUEUE_URL', queue.queueUrl);
    return queue;
  }

  private createQueue({ stage, key }: StageProps): sqs.Queue {
    return new sqs.Queue(this, 'Queue', {
      // As AWS recommends: six times the function's timeout, plus the batching window.
      visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds() + stage.batchingWindow),
      retentionPeriod: Duration.days(4),
      // For messages that crash the function; it sends the others there itself.
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: 50 },
      encryption: key ? sqs.QueueEncryption.KMS : sqs.QueueEncryption.SQS_MANAGED,
      encryptionMasterKey: key,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  private invoke(alias: lambda.Alias, stage: Stage): void {
    alias.addEventSource(
      new SqsEventSource(this.queue, {
        enabled: stage.processing,
        batchSize: stage.batchSize,
        maxBatchingWindow: Duration.seconds(stage.batchingWindow),
        maxConcurrency: stage.maximumConcurrency,
        reportBatchItemFailures: true,
      }),
    );
    Validations.of(alias).acknowledge({
      id: 'Serverless::Serverless-LambdaEventSourceMappingDestination',
      reason: FAILURES,
    });
  }

  private addOutputs(): void {
    const stack = Stack.of(this);
    new CfnOutput(stack, 'QueueUrl', {
      description: 'URL of the queue to send messages to.',
      value: this.queue.queueUrl,
    });
    new CfnOutput(stack, 'DeadLetterQueueUrl', {
      description: 'URL of the dead-letter queue: messages that the function rejected or failed on.',
      value: this.deadLetterQueue.queueUrl,
    });
  }

  /** Adds alarms for dead letters, and for messages that wait too long. */
  addAlarms(topic: AlarmTopic): void {
    topic.addAlarm('DeadLetters', this.deadLetterQueue.metricApproximateNumberOfMessagesVisible(), {
      description: 'The function rejected or failed on a message; it is in the dead-letter queue.',
      threshold: 1,
    });
    topic.addAlarm('QueueAge', this.queue.metricApproximateAgeOfOldestMessage(), {
      description: 'The oldest message has waited for 30 minutes: the function fails or is too slow.',
      threshold: Duration.minutes(30).toSeconds(),
      minutes: 5,
    });
    topic.addAlarm('QueueDepth', this.queue.metricApproximateNumberOfMessagesVisible(), {
      description: 'At least 1,000 messages have waited for 15 minutes: the function is too slow.',
      threshold: 1000,
      minutes: 15,
    });
  }

  /** Returns the graphs for the dashboard. */
  graphs(): cloudwatch.GraphWidget[] {
    const waiting = this.queue.metricApproximateNumberOfMessagesVisible({ label: 'Queue' });
    const failed = this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ label: 'Dead-letter queue' });
    const age = this.queue.metricApproximateAgeOfOldestMessage();
    return [graph('Messages waiting', waiting, failed), graph('Age of the oldest message (s)', age)];
  }
}
