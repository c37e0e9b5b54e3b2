import assert from 'node:assert/strict';
import { test } from 'node:test';

import { {{ 'propertiesOf, ' if properties_of }}synthesize, synthesizeWith } from './synthesis.ts';

for (const { stack, template } of synthesize()) {
  const stage = stack.stackName;
  const { {{ source|default('stream') }}, failureQueue } = stack.source;

  test(`${stage}: Lambda goes on with the failed record, and names what it gives up on`, () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: stack.resolve({{ source|default('stream') }}.{{ arn }}) as unknown,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true, // else Lambda gives up on records behind it as well
      DestinationConfig: { OnFailure: { Destination: stack.resolve(failureQueue.queueArn) as unknown } },
    });
  });

  test(`${stage}: failures have alarms`, () => {
    const QueueName = stack.resolve(failureQueue.queueName) as unknown;
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: QueueName }],
    });
    const FunctionName = stack.resolve(stack.service.function.functionName) as unknown;
    for (const MetricName of ['DestinationDeliveryFailures', 'IteratorAge']) {
      const Dimensions = [{ Name: 'FunctionName', Value: FunctionName }];
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName, Dimensions });
    }
  });
{% block stage_tests %}{% endblock %}
}

test('the mapping follows the settings', () => {
  const { template } = synthesizeWith({
    processing: false,
    batchSize: 5,
    batchingWindow: 20,
    parallelizationFactor: 2,
    maximumRecordAge: 600,
    maximumRetryAttempts: 3,
  });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    Enabled: false,
    BatchSize: 5,
    MaximumBatchingWindowInSeconds: 20,
    ParallelizationFactor: 2,
    MaximumRecordAgeInSeconds: 600,
    MaximumRetryAttempts: 3,
    StartingPosition: 'TRIM_HORIZON',
  });
});
{% block tests %}{% endblock %}
