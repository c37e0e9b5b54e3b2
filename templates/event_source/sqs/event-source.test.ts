import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TIMEOUT } from '../../infra/function.ts';
import { type Properties, propertiesOf, synthesize, synthesizeWith } from './synthesis.ts';

for (const { stack, template } of synthesize()) {
  const stage = stack.stackName;
  const { queue, deadLetterQueue } = stack.source;

  test(`${stage}: failed messages move to the dead-letter queue`, () => {
    const deadLetterTargetArn = stack.resolve(deadLetterQueue.queueArn) as unknown;
    const { RedrivePolicy } = propertiesOf(template, queue) as { RedrivePolicy: Properties };
    assert.deepEqual(RedrivePolicy['deadLetterTargetArn'], deadLetterTargetArn);
    // Ten times MAX_RECEIVES in dead_letters.py: each of nine messages of a batch may fail so often before a tenth.
    assert.ok(Number(RedrivePolicy['maxReceiveCount']) >= 50);
  });

  test(`${stage}: the queue has alarms`, () => {
    const Dimensions = [{ Name: 'QueueName', Value: stack.resolve(queue.queueName) as unknown }];
    for (const MetricName of ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage']) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName, Dimensions });
    }
  });
}

test('the mapping and the queue follow the settings', () => {
  const settings = { processing: false, batchSize: 5, batchingWindow: 20, maximumConcurrency: 2 };
  const { stack, template } = synthesizeWith(settings);
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: stack.resolve(stack.source.queue.queueArn) as unknown,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    Enabled: false,
    BatchSize: 5,
    MaximumBatchingWindowInSeconds: 20,
    ScalingConfig: { MaximumConcurrency: 2 },
  });
  const { VisibilityTimeout } = propertiesOf(template, stack.source.queue);
  assert.equal(VisibilityTimeout, 6 * TIMEOUT.toSeconds() + 20);
});
