import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TIMEOUT } from '../../infra/function.ts';
import { propertiesOf, synthesize, synthesizeWith } from './synthesis.ts';

for (const { stack, template } of synthesize()) {
  const stage = stack.stackName;
  const { queue, deadLetterQueue } = stack.source;

  test(`${stage}: failed messages move to the dead-letter queue`, () => {
    const deadLetterTargetArn = stack.resolve(deadLetterQueue.queueArn) as unknown;
    assert.deepEqual(propertiesOf(template, queue)['RedrivePolicy'], { deadLetterTargetArn, maxReceiveCount: 5 });
    assert.equal(propertiesOf(template, deadLetterQueue)['MessageRetentionPeriod'], 14 * 24 * 60 * 60);
  });

  test(`${stage}: the queues have alarms`, () => {
    for (const [{ queueName }, MetricName, Threshold] of [
      [deadLetterQueue, 'ApproximateNumberOfMessagesVisible', 1],
      [queue, 'ApproximateNumberOfMessagesVisible', 1000],
      [queue, 'ApproximateAgeOfOldestMessage', 1800],
    ] as const) {
      const Dimensions = [{ Name: 'QueueName', Value: stack.resolve(queueName) as unknown }];
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName, Dimensions, Threshold });
    }
  });
}

test('the mapping and the queue follow the settings', () => {
  const settings = { batchSize: 5, batchingWindow: 20, maximumConcurrency: 2 };
  const { stack, template } = synthesizeWith(settings);
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: stack.resolve(stack.source.queue.queueArn) as unknown,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BatchSize: 5,
    MaximumBatchingWindowInSeconds: 20,
    ScalingConfig: { MaximumConcurrency: 2 },
  });
  const { VisibilityTimeout } = propertiesOf(template, stack.source.queue);
  assert.equal(VisibilityTimeout, 6 * TIMEOUT.toSeconds() + 20);
});
