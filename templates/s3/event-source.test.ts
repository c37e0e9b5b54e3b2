import { test } from 'node:test';

import { Match } from 'aws-cdk-lib/assertions';

import { assertAllowed, idOf, propertiesOf, synthesize, synthesizeWith } from './synthesis.ts';

for (const synthesized of synthesize()) {
  const { stack, template } = synthesized;
  const stage = stack.stackName;
  const { bucket } = stack.source;
  const permission = stack.source.node.findChild('Permission');

  test(`${stage}: S3 may invoke the alias before the bucket notifies it`, () => {
    const alias = stack.resolve(stack.service.alias.functionArn) as unknown;
    template.hasResource('AWS::S3::Bucket', {
      DependsOn: Match.arrayWith([idOf(permission)]),
      Properties: {
        NotificationConfiguration: { LambdaConfigurations: [Match.objectLike({ Function: alias })] },
      },
    });
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

test('the notification filters by the prefix and the suffix of the settings', () => {
  const { template } = synthesizeWith({ prefix: 'in/', suffix: '.gz' });
  const rules = [
    { Name: 'prefix', Value: 'in/' },
    { Name: 'suffix', Value: '.gz' },
  ];
  const notification = { Event: 's3:ObjectCreated:*', Filter: { S3Key: { Rules: rules } } };
  template.hasResourceProperties('AWS::S3::Bucket', {
    NotificationConfiguration: { LambdaConfigurations: [Match.objectLike(notification)] },
  });
});
