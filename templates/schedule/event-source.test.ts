import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Capture, Match } from 'aws-cdk-lib/assertions';

import { aliasId, resourcesOf, template } from './synthesis.ts';

interface Run {
  scheduled_time: string;
  order: { lines: [object] };
}

/** Returns the names of the fields of `run`. */
function fieldsOf(run: Run): string[][] {
  return [run, run.order, run.order.lines[0]].map((part) => Object.keys(part));
}

test('the schedule input matches the sample event', () => {
  const sent = new Capture();
  template.hasResourceProperties('AWS::Scheduler::Schedule', { Name: Match.absent(), Target: { Input: sent } });
  const path = join(import.meta.dirname, '..', '..', 'events', 'order.json');
  const sample = JSON.parse(readFileSync(path, 'utf8')) as Run;
  const run = JSON.parse(sent.asString()) as Run;
  assert.deepEqual(fieldsOf(run), fieldsOf(sample));
  assert.equal(run.scheduled_time, '<aws.scheduler.scheduled-time>');
});

test('undelivered events go to the dead-letter queue', () => {
  const role = new Capture();
  const queue = new Capture();
  const target = {
    Arn: { Ref: aliasId },
    RoleArn: { 'Fn::GetAtt': [role, 'Arn'] },
    DeadLetterConfig: { Arn: queue },
  };
  template.hasResourceProperties('AWS::Scheduler::Schedule', { Target: target });
  const statements = resourcesOf('AWS::IAM::Role')[role.asString()]?.Properties.Policies[0].PolicyDocument.Statement;
  const others = statements?.filter(({ Sid }) => Sid !== 'UseKey') ?? [];
  assert.deepEqual(Object.fromEntries(others.map(({ Action, Resource }) => [Action, Resource])), {
    'lambda:InvokeFunction': { Ref: aliasId },
    'sqs:SendMessage': queue.asObject(),
  });
});

test('failed events reach the on-failure destination', () => {
  const queue = new Capture();
  template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    MaximumRetryAttempts: 2,
    DestinationConfig: { OnFailure: { Destination: queue } },
  });
  const statement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue.asObject() };
  const policy = Match.objectLike({ PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(statement)]) } });
  template.hasResourceProperties('AWS::IAM::Role', { Policies: Match.arrayWith([policy]) });
});

test('queues retain messages for 14 days', () => {
  const kept = { MessageRetentionPeriod: 14 * 24 * 60 * 60 };
  template.resourcePropertiesCountIs('AWS::SQS::Queue', kept, 2);
});
