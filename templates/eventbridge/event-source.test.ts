import { test } from 'node:test';

import { Capture, Match } from 'aws-cdk-lib/assertions';

import { aliasId, template, theOne } from './synthesis.ts';

const [ruleId] = theOne('AWS::Events::Rule');

test('the rule matches the configured events', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    EventBusName: { Ref: 'EventBusName' },
    EventPattern: { source: [{ Ref: 'EventSource' }], 'detail-type': [{ Ref: 'EventDetailType' }] },
  });
  template.hasResourceProperties('AWS::Lambda::Permission', {
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': [ruleId, 'Arn'] },
  });
});

test('undelivered events go to the dead-letter queue', () => {
  const queue = new Capture();
  const target = {
    Arn: { Ref: aliasId },
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

test('failed events reach the on-failure destination', () => {
  const queue = new Capture();
  template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    MaximumRetryAttempts: 2,
    DestinationConfig: { OnFailure: { Destination: queue } },
  });
  const statement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue.asObject() };
  const policy = Match.objectLike({ PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(statement)]) } });
  template.hasResourceProperties('AWS::IAM::Role', { Policies: Match.arrayWith([policy]) });
});

test('queues retain messages for 14 days', () => {
  const kept = { MessageRetentionPeriod: 14 * 24 * 60 * 60 };
  template.resourcePropertiesCountIs('AWS::SQS::Queue', kept, 2);
});
