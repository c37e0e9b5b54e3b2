// The event source: an SNS topic, a dead-letter queue, and an on-failure destination.

import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import type { AlarmTopic } from './alarms.ts';
import { graph } from './dashboard.ts';
import { FailureDestination } from './failure-destination.ts';
import { FailureQueue } from './failure-queue.ts';
import type { ServiceProps } from './function.ts';
import type { Stage } from './stages.ts';

/** A topic whose messages invoke the function. */
export class EventSource extends Construct {
  /** Alarms that stop a deployment as well. */
  readonly rollbackAlarms: cloudwatch.Alarm[] = [];
  readonly failureDestination: FailureDestination;
  readonly deadLetterQueue: sqs.Queue;
  readonly topic: sns.Topic;
  readonly subscription: sns.Subscription;

  constructor(scope: Construct, id: string, { stage, key, service }: ServiceProps) {
    super(scope, id);
    const maxEventAge = Duration.hours(1);
    this.failureDestination = new FailureDestination(this, 'FailureDestination', { service, maxEventAge, key });
    this.deadLetterQueue = new FailureQueue(this, 'DeadLetterQueue', { key });
    this.topic = this.createTopic(key);
    service.function.addEnvironment('TOPIC_ARN', this.topic.topicArn);
    this.subscription = this.subscribe(service.alias, stage);
    if (stage.processing) {
      this.allowToInvoke(service.alias);
    }
    this.addOutputs();
  }

  private createTopic(key: kms.IKey | undefined): sns.Topic {
    // Whoever may publish may use the AWS managed key, apart from AWS services and other accounts.
    const managed = kms.Alias.fromAliasName(this, 'ManagedKey', 'alias/aws/sns');
    // Its policy allows nobody: roles and users of this account publish if their own policies allow it.
    return new sns.Topic(this, 'Topic', { masterKey: key ?? managed, enforceSSL: true });
  }

  private subscribe(alias: lambda.Alias, { filterPolicy }: Stage): sns.Subscription {
    // Not `LambdaSubscription`, which lets SNS invoke the function even if processing is stopped.
    const subscription = new sns.Subscription(this, 'Subscription', {
      topic: this.topic,
      protocol: sns.SubscriptionProtocol.LAMBDA,
      endpoint: alias.functionArn,
      deadLetterQueue: this.deadLetterQueue,
    });
    const resource = subscription.node.defaultChild as sns.CfnSubscription;
    if (filterPolicy) {
      // For attributes, the default scope: one for the body would drop messages that are not JSON, and costs more.
      resource.filterPolicy = JSON.parse(filterPolicy) as unknown;
    }
    const reason = 'SNS invokes an alias like any function.';
    Validations.of(subscription).acknowledge({ id: 'CloudFormation-Validate::W3694', reason });
    return subscription;
  }

  /** Lets the topic invoke the alias; otherwise, SNS sends messages to the dead-letter queue at once. */
  private allowToInvoke(alias: lambda.Alias): void {
    alias.addPermission('Permission', {
      scope: this,
      principal: new iam.ServicePrincipal('sns.amazonaws.com'),
      sourceArn: this.topic.topicArn,
    });
  }

  private addOutputs(): void {
    const stack = Stack.of(this);
    new CfnOutput(stack, 'TopicArn', {
      description: 'ARN of the topic to publish messages to.',
      value: this.topic.topicArn,
    });
    new CfnOutput(stack, 'DeadLetterQueueUrl', {
      description: 'URL of the dead-letter queue: messages that were not delivered to the function.',
      value: this.deadLetterQueue.queueUrl,
    });
  }

  private metricLost(): cloudwatch.Metric {
    return this.topic.metric('NumberOfNotificationsFailedToRedriveToDlq', { statistic: 'Sum' });
  }

  /** Adds alarms for messages that could not be delivered, failed, or are lost. */
  addAlarms(topic: AlarmTopic): void {
    topic.addAlarm('DeadLetters', this.deadLetterQueue.metricApproximateNumberOfMessagesVisible(), {
      description: 'A message was not delivered to the function; it is in the dead-letter queue.',
      threshold: 1,
    });
    topic.addAlarm('LostDeadLetters', this.metricLost(), {
      description: 'SNS could not send a message to the dead-letter queue; the message is lost.',
      threshold: 1,
    });
    const description = 'The function failed on or rejected an event; it is in the on-failure destination.';
    this.failureDestination.addAlarms(topic, description);
  }

  /** Returns the graphs for the dashboard. */
  graphs(): cloudwatch.GraphWidget[] {
    const { topic, deadLetterQueue, failureDestination } = this;
    const delivered = topic.metricNumberOfNotificationsDelivered();
    const filtered = topic.metricNumberOfNotificationsFilteredOut();
    const undelivered = deadLetterQueue.metricApproximateNumberOfMessagesVisible({ label: 'Dead-letter queue' });
    const failed = failureDestination.metricFailed({ label: 'On-failure destination' });
    const lost = [failureDestination.metricDropped(), failureDestination.metricLost(), this.metricLost()];
    return [
      graph('Messages', topic.metricNumberOfMessagesPublished(), delivered, filtered),
      graph('Failed messages', undelivered, failed),
      graph('Lost messages', ...lost),
    ];
  }
}
