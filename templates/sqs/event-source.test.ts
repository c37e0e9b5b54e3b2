import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EventSource } from '../../infra/event-source.ts';
import { resourcesOf, template } from './synthesis.ts';

const queues = resourcesOf('AWS::SQS::Queue');
const source = Object.entries(queues).find(([, { Properties }]) => Properties.RedrivePolicy);
assert.ok(source);
const [queueId, { Properties: queue }] = source;

test('the mapping reports batch item failures', () => {
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': [queueId, 'Arn'] },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BatchSize: { Ref: 'BatchSize' },
    MaximumBatchingWindowInSeconds: { Ref: 'BatchingWindow' },
    ScalingConfig: { MaximumConcurrency: { Ref: 'MaximumConcurrency' } },
  });
});

test('the visibility timeout exceeds the processing time', () => {
  const window = Object.values(template.findParameters('BatchingWindow'))[0] as { MaxValue: number };
  template.hasResourceProperties('AWS::Lambda::Function', { Timeout: EventSource.needs.timeoutSeconds });
  assert.ok(queue.VisibilityTimeout >= 6 * EventSource.needs.timeoutSeconds + window.MaxValue);
});

test('failed messages move to the dead-letter queue', () => {
  assert.ok(queue.RedrivePolicy);
  assert.equal(queue.RedrivePolicy.maxReceiveCount, 5);
  const kept = queues[queue.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]];
  assert.equal(kept?.Properties.MessageRetentionPeriod, 14 * 24 * 60 * 60);
});
