import { test } from 'node:test';

import { Match } from 'aws-cdk-lib/assertions';

import { propertiesOf, synthesize, synthesizeWith } from './synthesis.ts';

for (const { stack, template } of synthesize()) {
  const stage = stack.stackName;
  const { rule, deadLetterQueue } = stack.source;

  test(`${stage}: the rule may invoke the alias`, () => {
    template.hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: stack.resolve(stack.service.alias.functionArn) as unknown,
      Principal: 'events.amazonaws.com',
      SourceArn: stack.resolve(rule.ruleArn) as unknown,
    });
  });

  test(`${stage}: undelivered events go to the dead-letter queue`, () => {
    const target = Match.objectLike({ DeadLetterConfig: { Arn: stack.resolve(deadLetterQueue.queueArn) as unknown } });
    const { EventPattern } = propertiesOf(template, rule);
    template.hasResourceProperties('AWS::Events::Rule', { EventPattern, Targets: Match.arrayWith([target]) });
  });

  test(`${stage}: lost events have an alarm`, () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'InvocationsFailedToBeSentToDlq',
      Dimensions: [{ Name: 'RuleName', Value: propertiesOf(template, rule)['Name'] }],
    });
  });
}

for (const processing of [true, false]) {
  test(`events ${processing ? 'invoke the alias' : 'wait in the dead-letter queue without processing'}`, () => {
    const { stack, template } = synthesizeWith({ processing });
    const Arn = stack.resolve(
      processing ? stack.service.alias.functionArn : stack.source.deadLetterQueue.queueArn,
    ) as unknown;
    // The same id, so that EventBridge replaces the target at once.
    const target = Match.objectLike({ Id: 'Target0', Arn });
    template.hasResourceProperties('AWS::Events::Rule', { Targets: Match.arrayWith([target]) });
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
