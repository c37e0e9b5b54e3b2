// The event source: a schedule, a dead-letter queue, and an on-failure destination.

import { CfnOutput, Duration, RemovalPolicy, Stack, TimeZone } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import type { AlarmTopic } from './alarms.ts';
import { graph } from './dashboard.ts';
import { FailureDestination } from './failure-destination.ts';
import { FailureQueue } from './failure-queue.ts';
import type { ServiceProps } from './function.ts';
import { SERVICE } from './project.ts';
import type { Stage } from './stages.ts';

const MAX_EVENT_AGE = Duration.hours(1);
// The input of the function; EventBridge Scheduler inserts the time.
const RUN = {
  scheduled_time: '<aws.scheduler.scheduled-time>',
  order: { delivery: 'standard', lines: [{ sku: 'PEN-001', quantity: 100 }] },
};

/** A schedule that places a recurring order. */
export class EventSource extends Construct {
  /** Alarms that stop a deployment as well. */
  readonly rollbackAlarms: cloudwatch.Alarm[] = [];
  readonly failureDestination: FailureDestination;
  readonly deadLetterQueue: sqs.Queue;
  readonly group: scheduler.ScheduleGroup;

  constructor(scope: Construct, id: string, { stage, key, service }: ServiceProps) {
    super(scope, id);
    const maxEventAge = MAX_EVENT_AGE;
    this.failureDestination = new FailureDestination(this, 'FailureDestination', { service, maxEventAge, key });
    this.deadLetterQueue = new FailureQueue(this, 'DeadLetterQueue', { key });
    // A group of its own, because metrics have no dimension for a schedule.
    this.group = new scheduler.ScheduleGroup(this, 'Group', {
      scheduleGroupName: `${SERVICE}-${stage.name}`,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.createSchedule(service.alias, stage, this.createRole(key));
    new CfnOutput(Stack.of(this), 'DeadLetterQueueUrl', {
      description: 'URL of the dead-letter queue: events that could not be delivered.',
      value: this.deadLetterQueue.queueUrl,
    });
  }

  private createRole(key: kms.IKey | undefined): iam.Role {
    const group = { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': this.group.scheduleGroupArn };
    const conditions = { StringEquals: group };
    const assumedBy = new iam.ServicePrincipal('scheduler.amazonaws.com', { conditions });
    const role = new iam.Role(this, 'Role', { assumedBy });
    key?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey'); // the target grants the queue, but not its key
    return role;
  }

  private createSchedule(alias: lambda.Alias, stage: Stage, role: iam.Role): void {
    const target = new LambdaInvoke(alias, {
      role,
      input: scheduler.ScheduleTargetInput.fromObject(RUN),
      maxEventAge: MAX_EVENT_AGE,
      retryAttempts: 10,
      deadLetterQueue: this.deadLetterQueue,
    });
    const timezone = TimeZone.of(stage.scheduleTimezone);
    const schedule = new scheduler.Schedule(this, 'Schedule', {
      scheduleName: `${SERVICE}-${stage.name}`,
      scheduleGroup: this.group,
      enabled: stage.processing,
      schedule: scheduler.ScheduleExpression.expression(stage.scheduleExpression, timezone),
      timeWindow: scheduler.TimeWindow.flexible(Duration.minutes(stage.flexibleWindowInMinutes)),
      target,
    });
    schedule.node.addDependency(this.group); // its name is no reference
  }

  private metricLost(): cloudwatch.Metric {
    return this.group.metricFailedToBeSentToDLQ(undefined, { statistic: 'Sum' });
  }

  /** Adds alarms for events that could not be delivered, failed, or are lost. */
  addAlarms(topic: AlarmTopic): void {
    topic.addAlarm('DeadLetters', this.deadLetterQueue.metricApproximateNumberOfMessagesVisible(), {
      description: 'An event could not be delivered; it is in the dead-letter queue.',
      threshold: 1,
    });
    topic.addAlarm('LostDeadLetters', this.metricLost(), {
      description: 'EventBridge Scheduler could not send an event to the dead-letter queue; the event is lost.',
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
