import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Capture } from 'aws-cdk-lib/assertions';

import { idOf, propertiesOf, synthesize, synthesizeWith } from './synthesis.ts';

interface Run {
  scheduled_time: string;
  order: { lines: [object] };
}

/** Returns the names of the fields of `run`. */
function fieldsOf(run: Run): string[][] {
  return [run, run.order, run.order.lines[0]].map((part) => Object.keys(part));
}

for (const { stack, template } of synthesize()) {
  const stage = stack.stackName;
  const { deadLetterQueue, group } = stack.source;
  const deadLetterArn = stack.resolve(deadLetterQueue.queueArn) as unknown;
  const aliasArn = stack.resolve(stack.service.alias.functionArn) as unknown;

  test(`${stage}: the schedule input matches the sample event`, () => {
    const sent = new Capture();
    template.hasResourceProperties('AWS::Scheduler::Schedule', { Target: { Input: sent } });
    const sample = readFileSync(join(import.meta.dirname, '..', '..', 'events', 'order.json'), 'utf8');
    const run = JSON.parse(sent.asString()) as Run;
    assert.deepEqual(fieldsOf(run), fieldsOf(JSON.parse(sample) as Run));
    assert.equal(run.scheduled_time, '<aws.scheduler.scheduled-time>');
  });

  test(`${stage}: the schedule waits for its group`, () => {
    template.hasResource('AWS::Scheduler::Schedule', {
      DependsOn: [idOf(group)],
      Properties: { GroupName: propertiesOf(template, group)['Name'] },
    });
  });

  test(`${stage}: undelivered events go to the dead-letter queue`, () => {
    const role = new Capture();
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Target: {
        Arn: aliasArn,
        RoleArn: { 'Fn::GetAtt': [role, 'Arn'] },
        DeadLetterConfig: { Arn: deadLetterArn },
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
      },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: aliasArn },
          { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: deadLetterArn },
        ],
      },
      Roles: [{ Ref: role.asString() }],
    });
    assert.equal(propertiesOf(template, deadLetterQueue)['MessageRetentionPeriod'], 14 * 24 * 60 * 60);
  });

  test(`${stage}: undelivered and lost events have alarms`, () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: stack.resolve(deadLetterQueue.queueName) as unknown }],
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'InvocationsFailedToBeSentToDeadLetterCount',
      Dimensions: [{ Name: 'ScheduleGroup', Value: propertiesOf(template, group)['Name'] }],
    });
  });
}

test('the schedule follows the settings', () => {
  const settings = {
    scheduleExpression: 'rate(1 hour)',
    scheduleTimezone: 'Europe/Berlin',
    flexibleWindowInMinutes: 9,
  };
  const { template } = synthesizeWith(settings);
  template.hasResourceProperties('AWS::Scheduler::Schedule', {
    ScheduleExpression: 'rate(1 hour)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 9 },
  });
});
