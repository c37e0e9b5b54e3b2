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

test('the filter policy and the key are the settings', () => {
  const keyArn = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const { stack, template } = synthesizeWith({ filterPolicy: '{"event_type": ["order_placed"]}', keyArn });
  const { topic, subscription } = stack.source;
  assert.deepEqual(propertiesOf(template, subscription)['FilterPolicy'], { event_type: ['order_placed'] });
  assert.equal(propertiesOf(template, topic)['KmsMasterKeyId'], keyArn);
});
