import { test } from 'node:test';

import { Capture, Match } from 'aws-cdk-lib/assertions';

import { aliasId, template, theOne } from './synthesis.ts';

const [permissionId] = theOne('AWS::Lambda::Permission');
const [, bucket] = theOne('AWS::S3::Bucket');

test('the bucket is private, encrypted, and retained', () => {
  template.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: Match.anyValue(),
    },
  });
  const plainText = { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: { Statement: [Match.objectLike(plainText)] },
  });
});

test('the notification filters by key', () => {
  const notification = {
    Event: 's3:ObjectCreated:*',
    Function: { Ref: aliasId },
    Filter: {
      S3Key: {
        Rules: [
          { Name: 'prefix', Value: { Ref: 'Prefix' } },
          { Name: 'suffix', Value: { Ref: 'Suffix' } },
        ],
      },
    },
  };
  template.hasResource('AWS::S3::Bucket', {
    DependsOn: [permissionId],
    Properties: { NotificationConfiguration: { LambdaConfigurations: [notification] } },
  });
});

test('access is limited to the bucket', () => {
  const [first, ...rest] = bucket.Properties.BucketName['Fn::Join'][1];
  const arn = ['arn:', { Ref: 'AWS::Partition' }, `:s3:::${first}`, ...rest];
  const statement = { Sid: 'ReadObjects', Resource: { 'Fn::Join': ['', [...arn, '/*']] } };
  const policy = Match.objectLike({ PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(statement)]) } });
  template.hasResourceProperties('AWS::IAM::Role', { Policies: Match.arrayWith([policy]) });
  template.hasResourceProperties('AWS::Lambda::Permission', { SourceArn: { 'Fn::Join': ['', arn] } });
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
  template.resourcePropertiesCountIs('AWS::SQS::Queue', kept, 1);
});
