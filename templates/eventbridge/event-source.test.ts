import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Match } from 'aws-cdk-lib/assertions';

import { propertiesOf, synthesize, synthesizeWith } from './synthesis.ts';

for (const { stack, template } of synthesize()) {
  const stage = stack.stackName;
  const { rule, deadLetterQueue } = stack.source;
  const deadLetterArn = stack.resolve(deadLetterQueue.queueArn) as unknown;

  test(`${stage}: the rule may invoke the alias`, () => {
    template.hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: stack.resolve(stack.service.alias.functionArn) as unknown,
      Principal: 'events.amazonaws.com',
      SourceArn: stack.resolve(rule.ruleArn) as unknown,
    });
  });

  test(`${stage}: undelivered events go to the dead-letter queue`, () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      Targets: [
        Match.objectLike({
          DeadLetterConfig: { Arn: deadLetterArn },
          RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
        }),
      ],
    });
    const send = Match.objectLike({
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: deadLetterArn,
      Condition: { ArnEquals: { 'aws:SourceArn': stack.resolve(rule.ruleArn) as unknown } },
    });
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: { Statement: Match.arrayWith([send]) },
    });
    assert.equal(propertiesOf(template, deadLetterQueue)['MessageRetentionPeriod'], 14 * 24 * 60 * 60);
  });

  test(`${stage}: undelivered and lost events have alarms`, () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: stack.resolve(deadLetterQueue.queueName) as unknown }],
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'InvocationsFailedToBeSentToDlq',
      Dimensions: [{ Name: 'RuleName', Value: propertiesOf(template, rule)['Name'] }],
    });
  });
}

test('the rule matches the events of the settings', () => {
  const settings = { eventBusName: 'orders', eventSource: 'store', eventDetailType: 'OrderPaid' };
  const { template } = synthesizeWith(settings);
  template.hasResourceProperties('AWS::Events::Rule', {
    EventBusName: 'orders',
    EventPattern: { source: ['store'], 'detail-type': ['OrderPaid'] },
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'InvocationsFailedToBeSentToDlq',
    Dimensions: Match.arrayWith([{ Name: 'EventBusName', Value: 'orders' }]),
  });
});
