import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Match } from 'aws-cdk-lib/assertions';

import { idOf, propertiesOf, synthesize, synthesizeWith } from './synthesis.ts';

interface Run {
  scheduled_time: string;
  order: { lines: [object] };
}

interface Target {
  Arn: unknown;
  DeadLetterConfig: { Arn: unknown };
  Input: string;
}

/** Returns the names of the fields of `run`. */
function fieldsOf(run: Run): string[][] {
  return [run, run.order, run.order.lines[0]].map((part) => Object.keys(part));
}

for (const { stack, template } of synthesize()) {
  const stage = stack.stackName;
  const { deadLetterQueue, group } = stack.source;
  const schedule = stack.source.node.findChild('Schedule');
  const target = propertiesOf(template, schedule)['Target'] as Target;

  test(`${stage}: the schedule input matches the sample event`, () => {
    const sample = readFileSync(join(import.meta.dirname, '..', '..', 'events', 'order.json'), 'utf8');
    const run = JSON.parse(target.Input) as Run;
    assert.deepEqual(fieldsOf(run), fieldsOf(JSON.parse(sample) as Run));
    assert.equal(run.scheduled_time, '<aws.scheduler.scheduled-time>');
  });

  test(`${stage}: the schedule waits for its group`, () => {
    template.hasResource('AWS::Scheduler::Schedule', {
      DependsOn: Match.arrayWith([idOf(group)]),
      Properties: { GroupName: propertiesOf(template, group)['Name'] },
    });
  });

  test(`${stage}: undelivered events go to the dead-letter queue`, () => {
    assert.deepEqual(target.Arn, stack.resolve(stack.service.alias.functionArn));
    assert.deepEqual(target.DeadLetterConfig.Arn, stack.resolve(deadLetterQueue.queueArn));
  });

  test(`${stage}: lost events have an alarm`, () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'InvocationsFailedToBeSentToDeadLetterCount',
      Dimensions: [{ Name: 'ScheduleGroup', Value: propertiesOf(template, group)['Name'] }],
    });
  });
}

test('the schedule follows the settings', () => {
  const settings = {
    processing: false,
    scheduleExpression: 'rate(1 hour)',
    scheduleTimezone: 'Europe/Berlin',
    flexibleWindowInMinutes: 9,
  };
  const { template } = synthesizeWith(settings);
  template.hasResourceProperties('AWS::Scheduler::Schedule', {
    State: 'DISABLED',
    ScheduleExpression: 'rate(1 hour)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 9 },
  });
});
