import { test } from 'node:test';

import { Match } from 'aws-cdk-lib/assertions';

import { assertAllowed, idOf, propertiesOf, synthesize, synthesizeWith } from './synthesis.ts';

for (const synthesized of synthesize()) {
  const { stack, template } = synthesized;
  const stage = stack.stackName;
  const { bucket } = stack.source;
  const permission = stack.source.node.findChild('Permission');

  test(`${stage}: S3 may use its destinations before the bucket notifies them`, () => {
    const policy = stack.source.failureDestination.queue.node.findChild('Policy');
    for (const id of [idOf(permission), idOf(policy)]) {
      template.hasResource('AWS::S3::Bucket', { DependsOn: Match.arrayWith([id]) });
    }
    const Statement = Match.arrayWith([Match.objectLike({ Principal: { Service: 's3.amazonaws.com' } })]);
    template.hasResourceProperties('AWS::SQS::QueuePolicy', { PolicyDocument: { Statement } });
  });

  test(`${stage}: access is limited to the bucket`, () => {
    const name = propertiesOf(template, bucket)['BucketName'] as { 'Fn::Join': [string, [string, ...object[]]] };
    const [, [first, ...rest]] = name['Fn::Join'];
    const arn = ['arn:', { Ref: 'AWS::Partition' }, `:s3:::${first}`, ...rest];
    template.hasResourceProperties('AWS::Lambda::Permission', { SourceArn: { 'Fn::Join': ['', arn] } });
    const Resource = { 'Fn::Join': ['', [...arn, '/*']] };
    assertAllowed(synthesized, stack.service.function, { Action: ['s3:GetObject', 's3:GetObjectVersion'], Resource });
  });
}

for (const processing of [true, false]) {
  const destination = processing ? 'the alias' : 'the on-failure destination without processing';
  test(`the notification goes to ${destination}, with the filter of the settings`, () => {
    const { stack, template } = synthesizeWith({ processing, prefix: 'in/', suffix: '.gz' });
    const Rules = [
      { Name: 'prefix', Value: 'in/' },
      { Name: 'suffix', Value: '.gz' },
    ];
    const created = { Event: 's3:ObjectCreated:*', Filter: { S3Key: { Rules } } };
    const { service, source } = stack;
    const Function = stack.resolve(service.alias.functionArn) as unknown;
    const Queue = stack.resolve(source.failureDestination.queue.queueArn) as unknown;
    template.hasResourceProperties('AWS::S3::Bucket', {
      NotificationConfiguration: processing
        ? { LambdaConfigurations: [{ ...created, Function }] }
        : { QueueConfigurations: [{ ...created, Queue }] },
    });
  });
}
