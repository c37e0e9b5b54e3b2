import { test } from 'node:test';

import { Capture, Match } from 'aws-cdk-lib/assertions';

import { template, theOne } from './synthesis.ts';

const [functionId] = theOne('AWS::Lambda::Function');
const [ruleId] = theOne('AWS::Events::Rule');

test('the rule takes only the events that it names', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    EventBusName: { Ref: 'EventBusName' },
    EventPattern: { source: [{ Ref: 'EventSource' }], 'detail-type': [{ Ref: 'EventDetailType' }] },
  });
  template.hasResourceProperties('AWS::Lambda::Permission', {
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': [ruleId, 'Arn'] },
  });
});

test('what cannot be delivered is kept', () => {
  const queue = new Capture();
  const target = {
    Arn: { 'Fn::GetAtt': [functionId, 'Arn'] },
    DeadLetterConfig: { Arn: queue },
    RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
  };
  template.hasResourceProperties('AWS::Events::Rule', { Targets: [Match.objectLike(target)] });
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queue.asObject(),
    Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [ruleId, 'Arn'] } } },
  };
  template.hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(statement)]) },
  });
});

test('what the function fails on is kept', () => {
  const queue = new Capture();
  template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    MaximumRetryAttempts: 2,
    DestinationConfig: { OnFailure: { Destination: queue } },
  });
  const statement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue.asObject() };
  template.hasResourceProperties('AWS::IAM::Role', {
    Policies: [{ PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(statement)]) } }],
  });
});

test('queues are encrypted and keep messages for two weeks', () => {
  const kept = { SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 24 * 60 * 60 };
  template.resourcePropertiesCountIs('AWS::SQS::Queue', kept, 2);
});
