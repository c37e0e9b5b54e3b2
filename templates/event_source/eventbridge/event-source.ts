// The event source: an EventBridge rule, a dead-letter queue, and an on-failure destination.

import { Aws, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import type { AlarmTopic } from './alarms.ts';
import { graph } from './dashboard.ts';
import { FailureDestination } from './failure-destination.ts';
import { FailureQueue } from './failure-queue.ts';
import type { ServiceProps } from './function.ts';
import type { Stage } from './stages.ts';

const MAX_EVENT_AGE = Duration.hours(1);

/** An EventBridge rule that invokes the function. */
export class EventSource extends Construct {
  /** Alarms that stop a deployment as well. */
  readonly rollbackAlarms: cloudwatch.Alarm[] = [];
  readonly failureDestination: FailureDestination;
  readonly deadLetterQueue: sqs.Queue;
  readonly rule: events.Rule;
  private readonly busName: string;

  constructor(scope: Construct, id: string, { stage, key, service }: ServiceProps) {
    super(scope, id);
    const maxEventAge = MAX_EVENT_AGE;
    this.failureDestination = new FailureDestination(this, 'FailureDestination', { service, maxEventAge, key });
    this.deadLetterQueue = new FailureQueue(this, 'DeadLetterQueue', { key });
    this.rule = this.createRule(service.alias, stage);
    if (!stage.processing) {
      this.keepEvents();
    }
    this.busName = stage.eventBusName;
    this.addOutputs();
  }

  private createRule(alias: lambda.Alias, stage: Stage): events.Rule {
    const target = new LambdaFunction(alias, {
      maxEventAge: MAX_EVENT_AGE,
      retryAttempts: 10,
      deadLetterQueue: this.deadLetterQueue,
    });
    return new events.Rule(this, 'Rule', {
      ruleName: Aws.STACK_NAME, // as in the dimension of its metrics
      description: 'Invokes the function for each event.',
      eventBus: events.EventBus.fromEventBusName(this, 'Bus', stage.eventBusName),
      eventPattern: { source: [stage.eventSource], detailType: [stage.eventDetailType] },
      targets: [target],
    });
  }

  /** Sends the events to the dead-letter queue: a disabled rule would lose them. */
  private keepEvents(): void {
    // Low-level, because the target must keep its id, and the function the permission for the rule.
    const rule = this.rule.node.defaultChild as events.CfnRule;
    rule.addPropertyOverride('Targets.0.Arn', this.deadLetterQueue.queueArn);
  }

  private addOutputs(): void {
    const stack = Stack.of(this);
    new CfnOutput(stack, 'RuleArn', { description: 'ARN of the rule.', value: this.rule.ruleArn });
    new CfnOutput(stack, 'DeadLetterQueueUrl', {
      description: 'URL of the dead-letter queue: events that were not delivered to the function.',
      value: this.deadLetterQueue.queueUrl,
    });
  }

  private metricLost(): cloudwatch.Metric {
    // On the default event bus, metrics of a rule have no dimension for the bus.
    const bus: Record<string, string> = this.busName === 'default' ? {} : { EventBusName: this.busName };
    return new cloudwatch.Metric({
      namespace: 'AWS/Events',
      metricName: 'InvocationsFailedToBeSentToDlq',
      dimensionsMap: { RuleName: Aws.STACK_NAME, ...bus },
      statistic: 'Sum',
    });
  }

  /** Adds alarms for events that could not be delivered, failed, or are lost. */
  addAlarms(topic: AlarmTopic): void {
    topic.addAlarm('DeadLetters', this.deadLetterQueue.metricApproximateNumberOfMessagesVisible(), {
      description: 'An event was not delivered to the function; it is in the dead-letter queue.',
      threshold: 1,
    });
    topic.addAlarm('LostDeadLetters', this.metricLost(), {
      description: 'EventBridge could not send an event to the dead-letter queue; the event is lost.',
      threshold: 1,
    });
    const description = 'The function failed on or rejected an event; it is in the on-failure destination.';
    this.failureDestination.addAlarms(topic, description);
  }

  /** Returns the graphs for the dashboard. */
  graphs(): cloudwatch.GraphWidget[] {
    const { deadLetterQueue, failureDestination } = this;
    const undelivered = deadLetterQueue.metricApproximateNumberOfMessagesVisible({ label: 'Dead-letter queue' });
    const failed = failureDestination.metricFailed({ label: 'On-failure destination' });
    const lost = [failureDestination.metricDropped(), failureDestination.metricLost(), this.metricLost()];
    return [graph('Failed events', undelivered, failed), graph('Lost events', ...lost)];
  }
}
