import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EventSource } from '../../infra/event-source.ts';
import { resourcesOf, template } from './synthesis.ts';

const queues = resourcesOf('AWS::SQS::Queue');
const source = Object.entries(queues).find(([, { Properties }]) => Properties.RedrivePolicy);
assert.ok(source);
const [queueId, { Properties: queue }] = source;

test('failed messages are reported one by one', () => {
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': [queueId, 'Arn'] },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BatchSize: { Ref: 'BatchSize' },
    MaximumBatchingWindowInSeconds: { Ref: 'BatchingWindow' },
    ScalingConfig: { MaximumConcurrency: { Ref: 'MaximumConcurrency' } },
  });
});

test('no message becomes visible while it may still be handled', () => {
  const window = Object.values(template.findParameters('BatchingWindow'))[0] as { MaxValue: number };
  template.hasResourceProperties('AWS::Lambda::Function', { Timeout: EventSource.needs.timeoutSeconds });
  assert.ok(queue.VisibilityTimeout >= 6 * EventSource.needs.timeoutSeconds + window.MaxValue);
});

test('what fails again and again is kept for two weeks', () => {
  assert.ok(queue.RedrivePolicy);
  assert.equal(queue.RedrivePolicy.maxReceiveCount, 5);
  const kept = queues[queue.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]];
  assert.equal(kept?.Properties.MessageRetentionPeriod, 14 * 24 * 60 * 60);
});
