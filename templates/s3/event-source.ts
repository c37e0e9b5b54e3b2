// What invokes the function: objects created in a bucket, with a queue for events that fail.

import { Aws, CfnOutput, CfnParameter, Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, type CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import { FailureQueue, waitingIn } from './failure-queue.ts';
import type { Needs, ServiceFunction } from './function.ts';
import { accept } from './scanners.ts';

// The finding that the role may read all objects of the bucket, as cdk-nag names it.
const ALL_OBJECTS =
  'AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::orders-' +
  '{"Fn::Select":[2,{"Fn::Split":["/",{"Ref":"AWS::StackId"}]}]}/*]';

/** A closed, encrypted bucket that outlives the stack. */
export class EventSource extends Construct {
  static readonly needs: Needs = {
    memorySize: 1024,
    timeoutSeconds: 900,
    failures: 'Failed events go to a queue as a destination, which keeps the error with the event.',
    rollbackAlarms: [],
  };

  constructor(scope: Construct, id: string, serviceFunction: ServiceFunction) {
    super(scope, id);
    const stack = Stack.of(this);
    const prefix = new CfnParameter(stack, 'Prefix', {
      description: 'What the keys of the objects to take begin with.',
      default: 'orders/',
    });
    const suffix = new CfnParameter(stack, 'Suffix', {
      description: 'What the keys of the objects to take end with.',
      default: '.jsonl.gz',
    });
    // Known beforehand, from the stack's own id: role and permission can name the bucket without depending on it.
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
          id: 'Tidy',
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          noncurrentVersionExpiration: Duration.days(30),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // The construct would set notifications through a function of its own.
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
    // The construct takes a fixed key only.
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
      alarm: 'The function failed on an object, whose event waits for someone to look at it.',
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
        sid: 'KeepFailedRuns',
        actions: ['sqs:SendMessage'],
        resources: [failureQueue.queueArn],
      }),
    );
    Validations.of(serviceFunction.role).acknowledge({
      id: ALL_OBJECTS,
      reason: 'The function reads whichever object was put into this one bucket.',
    });
    const noLog = "Logs would need a second bucket; CloudTrail's data events record access where it matters.";
    Validations.of(bucket).acknowledge({ id: 'AwsSolutions::AwsSolutions-S1', reason: noLog });
    accept(bucket, { CKV_AWS_18: noLog });
    serviceFunction.graphs.push({
      title: 'Events that failed',
      statistic: 'Maximum',
      rows: [waitingIn(failureQueue)],
    });
    new CfnOutput(stack, 'BucketName', {
      description: 'Where to put orders.',
      value: bucket.bucketName,
    });
    new CfnOutput(stack, 'FailureQueueUrl', {
      description: 'Where events end up that the function failed on.',
      value: failureQueue.queueUrl,
    });
  }
}
