// The event source: objects created in a bucket, with an on-failure destination.

import { Aws, CfnOutput, CfnParameter, Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, type CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import { FailureQueue, waitingIn } from './failure-queue.ts';
import type { Needs, ServiceFunction } from './function.ts';
import { accept } from './scanners.ts';

// The id of cdk-nag's finding that the role may read all objects in the bucket.
const ALL_OBJECTS =
  'AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::orders-' +
  '{"Fn::Select":[2,{"Fn::Split":["/",{"Ref":"AWS::StackId"}]}]}/*]';

/** A private, encrypted bucket that is retained when the stack is deleted. */
export class EventSource extends Construct {
  static readonly needs: Needs = {
    memorySize: 1024,
    timeoutSeconds: 900,
    failures: 'An on-failure destination receives failed events, with the error.',
    rollbackAlarms: [],
  };

  constructor(scope: Construct, id: string, serviceFunction: ServiceFunction) {
    super(scope, id);
    const stack = Stack.of(this);
    const prefix = new CfnParameter(stack, 'Prefix', {
      description: 'Key prefix of the objects to process.',
      default: 'orders/',
    });
    const suffix = new CfnParameter(stack, 'Suffix', {
      description: 'Key suffix of the objects to process.',
      default: '.jsonl.gz',
    });
    // A name made from the stack's id: the role and the permission can use it without a circular dependency.
    const bucketName = `orders-${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`;
    const bucketArn = `arn:${Aws.PARTITION}:s3:::${bucketName}`;
    const bucket = new Bucket(this, 'Bucket', {
      bucketName,
      enforceSSL: true,
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [
        {
          id: 'CleanUp',
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          noncurrentVersionExpiration: Duration.days(30),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // The construct would add a custom resource with a function to set notifications.
    const resource = bucket.node.defaultChild as CfnBucket;
    resource.notificationConfiguration = {
      lambdaConfigurations: [
        {
          event: 's3:ObjectCreated:*',
          function: serviceFunction.live.functionArn,
          filter: {
            s3Key: {
              rules: [
                { name: 'prefix', value: prefix.valueAsString },
                { name: 'suffix', value: suffix.valueAsString },
              ],
            },
          },
        },
      ],
    };
    // The construct accepts no condition for the key.
    const { encryption } = serviceFunction;
    const ownKey = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: encryption.arn };
    resource.bucketEncryption = encryption.either(
      {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: ownKey, BucketKeyEnabled: true }],
      },
      { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
    );
    const permission = new CfnPermission(this, 'Permission', {
      functionName: serviceFunction.live.functionArn,
      action: 'lambda:InvokeFunction',
      principal: 's3.amazonaws.com',
      sourceAccount: Aws.ACCOUNT_ID,
      sourceArn: bucketArn,
    });
    resource.addResourceDependency(permission);
    const failureQueue = new FailureQueue(this, 'FailureQueue', {
      alarm: 'The function failed on an object; its event is in the on-failure destination.',
      topic: serviceFunction.topic,
    });
    new CfnEventInvokeConfig(this, 'InvokeConfig', {
      functionName: serviceFunction.handler.functionName,
      qualifier: 'live',
      maximumEventAgeInSeconds: 21600,
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: failureQueue.queueArn } },
    });
    serviceFunction.policy.addStatements(
      new PolicyStatement({
        sid: 'ReadObjects',
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resources: [`${bucketArn}/*`],
      }),
      new PolicyStatement({
        sid: 'SendToFailureDestination',
        actions: ['sqs:SendMessage'],
        resources: [failureQueue.queueArn],
      }),
    );
    Validations.of(serviceFunction.role).acknowledge({
      id: ALL_OBJECTS,
      reason: 'The function reads any object, but in this bucket only.',
    });
    const noLog = 'Access logs need a second bucket; CloudTrail data events can record access instead.';
    Validations.of(bucket).acknowledge({ id: 'AwsSolutions::AwsSolutions-S1', reason: noLog });
    accept(bucket, { CKV_AWS_18: noLog });
    serviceFunction.graphs.push({
      title: 'Failed events',
      statistic: 'Maximum',
      rows: [waitingIn(failureQueue)],
    });
    new CfnOutput(stack, 'BucketName', {
      description: 'Bucket to upload orders to.',
      value: bucket.bucketName,
    });
    new CfnOutput(stack, 'FailureQueueUrl', {
      description: 'URL of the on-failure destination: events that the function failed on.',
      value: failureQueue.queueUrl,
    });
  }
}
