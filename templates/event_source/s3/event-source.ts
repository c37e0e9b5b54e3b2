// The event source: objects created in a bucket, with an on-failure destination.

import { Aws, CfnOutput, Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import type { AlarmTopic } from './alarms.ts';
import { graph } from './dashboard.ts';
import { FailureDestination } from './failure-destination.ts';
import type { ServiceFunction, ServiceProps } from './function.ts';
import { SERVICE } from './project.ts';
import type { Stage } from './stages.ts';

// A part of the stack's id, and the same as in the ids of cdk-nag's findings.
const UNIQUE = Fn.select(4, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
const UNIQUE_IN_FINDINGS =
  '{"Fn::Select":[4,{"Fn::Split":["-",{"Fn::Select":[2,{"Fn::Split":["/",{"Ref":"AWS::StackId"}]}]}]}]}';

/** A private, encrypted bucket that is retained when the stack is deleted. */
export class EventSource extends Construct {
  /** Alarms that stop a deployment as well. */
  readonly rollbackAlarms: cloudwatch.Alarm[] = [];
  readonly failureDestination: FailureDestination;
  readonly bucket: s3.Bucket;
  // Made from the stack's id: the role and the permission can use the name without a circular dependency.
  private readonly bucketName: string;
  private readonly bucketArn: string;

  constructor(scope: Construct, id: string, { stage, key, service }: ServiceProps) {
    super(scope, id);
    this.bucketName = `${SERVICE}-${stage.name}-${UNIQUE}`;
    this.bucketArn = `arn:${Aws.PARTITION}:s3:::${this.bucketName}`;
    const maxEventAge = Duration.hours(6);
    this.failureDestination = new FailureDestination(this, 'FailureDestination', { service, maxEventAge, key });
    this.bucket = this.createBucket(key);
    this.grantRead(service, stage);
    this.allowNotifications();
    this.invoke(service.alias, stage);
    new CfnOutput(Stack.of(this), 'BucketName', {
      description: 'Bucket to upload objects to.',
      value: this.bucket.bucketName,
    });
  }

  private createBucket(key: kms.IKey | undefined): s3.Bucket {
    const bucket = new s3.Bucket(this, 'Bucket', {
      bucketName: this.bucketName,
      encryption: key ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED,
      encryptionKey: key,
      bucketKeyEnabled: key && true,
      enforceSSL: true,
      versioned: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [
        {
          id: 'CleanUp',
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          noncurrentVersionExpiration: Duration.days(30),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const reason = 'Access logs need a second bucket; CloudTrail data events can record access instead.';
    Validations.of(bucket).acknowledge({ id: 'AwsSolutions::AwsSolutions-S1', reason });
    return bucket;
  }

  private grantRead(service: ServiceFunction, stage: Stage): void {
    const actions = ['s3:GetObject', 's3:GetObjectVersion'];
    service.function.addToRolePolicy(new iam.PolicyStatement({ actions, resources: [`${this.bucketArn}/*`] }));
    const objects = `arn:<AWS::Partition>:s3:::${SERVICE}-${stage.name}-${UNIQUE_IN_FINDINGS}/*`;
    Validations.of(service).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::${objects}]`,
      reason: 'The function reads any object, but in this bucket only.',
    });
  }

  /** Lets the bucket send its events to the on-failure destination, which keeps them while processing is off. */
  private allowNotifications(): void {
    const { queue } = this.failureDestination;
    queue.addToResourcePolicy(
      new iam.PolicyStatement({
        actions: ['sqs:SendMessage'],
        principals: [new iam.ServicePrincipal('s3.amazonaws.com')],
        resources: [queue.queueArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': this.bucketArn },
        },
      }),
    );
    this.bucket.node.addDependency(queue); // with its policy: S3 checks that it may send
  }

  private invoke(alias: lambda.Alias, stage: Stage): void {
    alias.addPermission('Permission', {
      scope: this,
      principal: new iam.ServicePrincipal('s3.amazonaws.com'),
      sourceAccount: Aws.ACCOUNT_ID,
      sourceArn: this.bucketArn,
    });
    this.bucket.node.addDependency(this.node.findChild('Permission')); // S3 checks that it may invoke the alias
    const rules = [
      { name: 'prefix', value: stage.prefix },
      { name: 'suffix', value: stage.suffix },
    ];
    const created = { event: 's3:ObjectCreated:*', filter: { s3Key: { rules } } };
    // Low-level, because a notification of the construct brings a function that sets it.
    const resource = this.bucket.node.defaultChild as s3.CfnBucket;
    resource.notificationConfiguration = stage.processing
      ? { lambdaConfigurations: [{ ...created, function: alias.functionArn }] }
      : { queueConfigurations: [{ ...created, queue: this.failureDestination.queue.queueArn }] };
  }

  /** Adds alarms for events that failed or are lost. */
  addAlarms(topic: AlarmTopic): void {
    const description = 'An object was not processed; its event is in the on-failure destination.';
    this.failureDestination.addAlarms(topic, description);
  }

  /** Returns the graphs for the dashboard. */
  graphs(): cloudwatch.GraphWidget[] {
    const { failureDestination } = this;
    const lost = [failureDestination.metricDropped(), failureDestination.metricLost()];
    return [graph('Failed events', failureDestination.metricFailed()), graph('Lost events', ...lost)];
  }
}
