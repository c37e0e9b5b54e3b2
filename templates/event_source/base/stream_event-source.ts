{% block comment required %}{% endblock %}


import { {{ cdk|default('CfnOutput, Duration, RemovalPolicy, Stack') }} } from 'aws-cdk-lib';
import {{ '' if is_computed is defined else 'type ' }}* as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
{% block stream_import required %}{% endblock %}
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { {% block source_class required %}{% endblock %}, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import {{ alarm_names|default('type { AlarmTopic }') }} from './alarms.ts';
import { graph } from './dashboard.ts';
import { FailureQueue } from './failure-queue.ts';
import type { ServiceProps, StageProps } from './function.ts';
import type { Stage } from './stages.ts';

{% block class_comment %}/** A stream whose records the function receives in batches, those of a key in order. */{% endblock %}

export class EventSource extends Construct {
  /** Alarms that stop a deployment as well. */
  readonly rollbackAlarms: cloudwatch.Alarm[] = [];
  readonly failureQueue: sqs.Queue;
{% block property required %}{% endblock %}
  private readonly function: lambda.Function;

  constructor(scope: Construct, id: string, { stage, key, service }: ServiceProps) {
    super(scope, id);
    this.function = service.function;
    this.failureQueue = this.createFailureQueue(key);
    this.{{ source|default('stream') }} = this.find{{ source|default('stream')|capitalize }}({ stage, key });
    this.invoke(service.alias, stage);
    this.addOutputs();
  }

  /** Returns the queue for what the function rejects, and for pointers to what Lambda gives up on. */
  private createFailureQueue(key: kms.IKey | undefined): sqs.Queue {
    const queue = new FailureQueue(this, 'FailureQueue', { key });
    queue.grantSendMessages(this.function);
    this.function.addEnvironment('FAILURE_QUEUE_URL', queue.queueUrl);
    return queue;
  }

{% block stream required %}{% endblock %}
  private invoke(alias: lambda.Alias, stage: Stage): void {
    alias.addEventSource(
      new {{ self.source_class() }}(this.{{ source|default('stream') }}, {
        // With LATEST, records that arrive while the mapping is created would be skipped.
        startingPosition: lambda.StartingPosition.TRIM_HORIZON,
        enabled: stage.processing,
        batchSize: stage.batchSize,
        maxBatchingWindow: Duration.seconds(stage.batchingWindow),
        parallelizationFactor: stage.parallelizationFactor,
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        retryAttempts: stage.maximumRetryAttempts,
        maxRecordAge: Duration.seconds(stage.maximumRecordAge),
        onFailure: new SqsDlq(this.failureQueue),
      }),
    );
  }

  private addOutputs(): void {
    const stack = Stack.of(this);
{% block outputs required %}{% endblock %}
    new CfnOutput(stack, 'FailureQueueUrl', {
      description:
        'URL of the on-failure destination: records that the function rejected, and pointers to those that Lambda gave up on.',
      value: this.failureQueue.queueUrl,
    });
  }

  /** Adds alarms for records that wait too long, failed, or got lost. */
  addAlarms(topic: AlarmTopic): void {
    // Lambda pauses between retries, so not each minute has an age.
    topic.addAlarm('IteratorAge', this.metricAge(), {
      description:
        'A record was 30 minutes old when the function got it: a shard is blocked, or the function is too slow.',
      threshold: Duration.minutes(30).toMilliseconds(),
    });
    topic.addAlarm('Failures', this.failureQueue.metricApproximateNumberOfMessagesVisible(), {
      description: 'A record was rejected, or Lambda gave up on it; the on-failure destination says which.',
      threshold: 1,
    });
    topic.addAlarm('DestinationFailures', this.metricLost(), {
      description:
        'Lambda gave up on records and could not say which in the on-failure destination; they are in the stream only.',
      threshold: 1,
    });
{% block alarms %}{% endblock %}
  }

  /** Returns the metric of the age of records when the function gets them, in milliseconds. */
  private metricAge(): cloudwatch.Metric {
    return this.function.metric('IteratorAge', { statistic: 'Maximum' });
  }

  /** Returns the metric of pointers that could not be sent to the on-failure destination. */
  private metricLost(): cloudwatch.Metric {
    return this.function.metric('DestinationDeliveryFailures', { statistic: 'Sum' });
  }

  /** Returns the graphs for the dashboard. */
  graphs(): cloudwatch.GraphWidget[] {
    const failed = this.failureQueue.metricApproximateNumberOfMessagesVisible();
    return [
      graph('Age of records (ms)', this.metricAge()),
      graph('Messages in the on-failure destination', failed),
{% block graphs %}{% endblock %}
      graph('Lost pointers', this.metricLost()),
    ];
  }
}
