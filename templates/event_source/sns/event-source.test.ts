import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Match } from 'aws-cdk-lib/assertions';

import { propertiesOf, synthesize, synthesizeWith } from './synthesis.ts';

for (const { stack, template } of synthesize()) {
  const stage = stack.stackName;
  const { topic, subscription, deadLetterQueue } = stack.source;

  test(`${stage}: undelivered messages go to the dead-letter queue`, () => {
    const { RedrivePolicy } = propertiesOf(template, subscription);
    assert.deepEqual(RedrivePolicy, { deadLetterTargetArn: stack.resolve(deadLetterQueue.queueArn) as unknown });
  });

  test(`${stage}: the function knows its topic`, () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ TOPIC_ARN: stack.resolve(topic.topicArn) as unknown }) },
    });
  });

  test(`${stage}: lost messages have an alarm`, () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'NumberOfNotificationsFailedToRedriveToDlq',
      Dimensions: [{ Name: 'TopicName', Value: stack.resolve(topic.topicName) as unknown }],
    });
  });
}

for (const processing of [true, false]) {
  test(`messages ${processing ? 'invoke the alias' : 'go to the dead-letter queue without processing'}`, () => {
    const { stack, template } = synthesizeWith({ processing });
    const permission = {
      FunctionName: stack.resolve(stack.service.alias.functionArn) as unknown,
      Principal: 'sns.amazonaws.com',
      SourceArn: stack.resolve(stack.source.topic.topicArn) as unknown,
    };
    template.resourcePropertiesCountIs('AWS::Lambda::Permission', permission, processing ? 1 : 0);
  });
}

test('the filter policy is the setting', () => {
  const { stack, template } = synthesizeWith({ filterPolicy: '{"event_type": ["order_placed"]}' });
  const { FilterPolicy } = propertiesOf(template, stack.source.subscription);
  assert.deepEqual(FilterPolicy, { event_type: ['order_placed'] });
});

test('the key of the stage encrypts the topic', () => {
  const keyArn = 'arn:aws:kms:eu-central-1:123456789012:key/own';
  const { stack, template } = synthesizeWith({ keyArn });
  assert.equal(propertiesOf(template, stack.source.topic)['KmsMasterKeyId'], keyArn);
});
