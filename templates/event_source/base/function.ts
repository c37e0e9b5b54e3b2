// The function, with its log group, execution role and alarms, and the alias that event sources invoke.

{% if cookiecutter.__zip %}
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

{% endif %}
import { CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
{% if cookiecutter.__image %}
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
{% endif %}
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

import type { AlarmTopic } from './alarms.ts';
import { graph } from './dashboard.ts';
import { {{ 'ARCHITECTURE, SERVICE' if cookiecutter.__image else 'ACCEPTED_RUNTIME, ARCHITECTURE, PACKAGE, SERVICE' }} } from './project.ts';
import type { Stage } from './stages.ts';

{% block constants required %}{% endblock %}
{% if cookiecutter.__image %}

const PLATFORMS = { arm64: Platform.LINUX_ARM64, x86_64: Platform.LINUX_AMD64 };
{% else %}

const PYTHON_VERSION = readFileSync(join(import.meta.dirname, '..', '.python-version'), 'utf8').trim();
// Major and minor version; the file may contain the patch version.
const [PYTHON] = /^\d+\.\d+/.exec(PYTHON_VERSION) ?? [PYTHON_VERSION];
{% endif %}

/** What all constructs of a stage use. */
export interface StageProps {
  /** The configuration of the stage. */
  stage: Stage;
  /** The customer managed key of the stage, if it has one. */
  key: kms.IKey | undefined;
}

/** What constructs around the function use. */
export interface ServiceProps extends StageProps {
  service: ServiceFunction;
}

interface ServiceFunctionProps extends StageProps {
  /** The deployment package, {{ 'the folder with its Dockerfile' if cookiecutter.__image else 'a zip archive' }}. */
  artifact: string;
}

/** The function that runs the service. Grants go to `function`, event sources to `alias`. */
export class ServiceFunction extends Construct {
  readonly function: lambda.Function;
  readonly alias: lambda.Alias;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    this.logGroup = createLogGroup(this, props);
    this.function = this.createFunction(props);
    this.alias = this.function.addAlias('live');
    this.acknowledgeFindings();
    this.addOutputs();
  }

  private createFunction({ stage, key, artifact }: ServiceFunctionProps): lambda.Function {
    return new lambda.{{ 'DockerImageFunction' if cookiecutter.__image else 'Function' }}(this, 'Function', {
      functionName: `${SERVICE}-${stage.name}`,
      description: this.node.getContext('description') as string,
{% if cookiecutter.__image %}
      code: lambda.DockerImageCode.fromImageAsset(artifact, { platform: PLATFORMS[ARCHITECTURE] }),
{% else %}
      code: lambda.Code.fromAsset(artifact),
      handler: `${PACKAGE}.handler.lambda_handler`,
      runtime: new lambda.Runtime(`python${PYTHON}`, lambda.RuntimeFamily.PYTHON{{ ', { supportsSnapStart: true }' if cookiecutter.__snap_start else '' }}),
{% endif %}
      architecture: lambda.Architecture.custom(ARCHITECTURE),
      memorySize: MEMORY_SIZE,
      timeout: TIMEOUT,
      environment: environment(stage),
      environmentEncryption: key,
      role: createExecutionRole(this, this.logGroup, key),
      logGroup: this.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      applicationLogLevelV2: stage.logLevel,
      systemLogLevelV2: lambda.SystemLogLevel.INFO,
      tracing: lambda.Tracing.ACTIVE,
      reservedConcurrentExecutions: stage.reservedConcurrency,
{% if cookiecutter.__snap_start %}
      snapStart: stage.snapStart ? lambda.SnapStartConf.ON_PUBLISHED_VERSIONS : undefined,
{% endif %}
      // To roll back later, the previous commit is deployed, which publishes its version again.
      currentVersionOptions: { removalPolicy: RemovalPolicy.DESTROY },
    });
  }

  private acknowledgeFindings(): void {
    const validations = Validations.of(this.function);
    validations.acknowledge({ id: 'Serverless::Serverless-LambdaDLQ', reason: FAILURES });
{% if cookiecutter.__zip %}
    validations.acknowledge(...ACCEPTED_RUNTIME);
{% endif %}
{% if cookiecutter.__snap_start %}
    validations.acknowledge({ id: '@aws-cdk/aws-lambda:snapStartRequirePublish', reason: 'The alias uses versions.' });
{% endif %}
  }

  private addOutputs(): void {
    const stack = Stack.of(this);
    new CfnOutput(stack, 'FunctionName', { description: 'Name of the function.', value: this.function.functionName });
    new CfnOutput(stack, 'FunctionLogGroupName', {
      description: 'Log group of the function.',
      value: this.logGroup.logGroupName,
    });
  }

  /** Adds alarms for errors, throttling, and long invocations. */
  addAlarms(topic: AlarmTopic): void {
    topic.addAlarm('FunctionErrors', this.function.metricErrors(), {
      description: "An invocation failed, timed out, or ran out of memory; see the function's log.",
      threshold: 1,
    });
    topic.addAlarm('FunctionThrottles', this.function.metricThrottles(), {
      description: 'Invocations were throttled: the concurrency limit was reached.',
      threshold: 1,
{% block throttles %}
      minutes: 5, // short throttling is retried
{% endblock %}
    });
    topic.addAlarm('FunctionDuration', this.function.metricDuration({ statistic: 'Maximum' }), {
      description: 'An invocation took at least 80% of the timeout; raise the timeout or the memory.',
      threshold: 0.8 * TIMEOUT.toMilliseconds(),
    });
  }

  /** Returns the graphs for the dashboard. */
  graphs(): cloudwatch.GraphWidget[] {
    const metrics = [this.function.metricInvocations(), this.function.metricErrors(), this.function.metricThrottles()];
    const durations = ['p50', 'p99', 'Maximum'].map((statistic) =>
      this.function.metricDuration({ statistic, label: statistic }),
    );
    return [graph('Invocations', ...metrics), graph('Duration (ms)', ...durations)];
  }
}

function environment({ currency, freeShippingFrom }: Stage): Record<string, string> {
  return {
    POWERTOOLS_SERVICE_NAME: SERVICE,
    POWERTOOLS_METRICS_NAMESPACE: SERVICE,
    CURRENCY: currency,
    FREE_SHIPPING_FROM: String(freeShippingFrom),
  };
}

/** Returns a new log group; it is retained when the stack is deleted. */
export function createLogGroup(scope: Construct, { stage, key }: StageProps, logGroupName?: string): logs.LogGroup {
  return new logs.LogGroup(scope, 'LogGroup', {
    logGroupName,
    retention: stage.logRetention,
    encryptionKey: key,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}

/** Returns a new execution role, without the managed policy of the default role, which covers all log groups. */
export function createExecutionRole(scope: Construct, logGroup: logs.LogGroup, key: kms.IKey | undefined): iam.Role {
  const role = new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  const noResourceLevel = 'X-Ray has no resource-level permissions for the actions that send traces.';
  Validations.of(role).acknowledge({ id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]', reason: noResourceLevel });
  if (key) {
    key.grantDecrypt(role); // Lambda decrypts environment variables as this role
    const variants = 'Grants of the CDK include all variants of an action; the key is the only resource.';
    Validations.of(role).acknowledge(
      { id: 'AwsSolutions::AwsSolutions-IAM5[Action::kms:GenerateDataKey*]', reason: variants },
      { id: 'AwsSolutions::AwsSolutions-IAM5[Action::kms:ReEncrypt*]', reason: variants },
    );
  }
  return role;
}
