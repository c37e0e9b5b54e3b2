// The event source: an HTTP API.

import { Aws, CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

import type { AlarmTopic } from './alarms.ts';
import { graph } from './dashboard.ts';
import { createLogGroup, type ServiceProps, type StageProps } from './function.ts';
import { SERVICE } from './project.ts';
import type { Stage } from './stages.ts';

const ROUTES = [
  [apigatewayv2.HttpMethod.POST, '/orders'],
{% if cookiecutter.__stored %}
  [apigatewayv2.HttpMethod.GET, '/orders/{order_id}'],
{% endif %}
  [apigatewayv2.HttpMethod.GET, '/health'],
] as const;
const ACCESS_LOG = {
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  caller: '$context.identity.caller',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLength: '$context.responseLength',
  latency: '$context.responseLatency',
  integrationStatus: '$context.integrationStatus',
  integrationError: '$context.integrationErrorMessage',
};

/** An HTTP API with throttling and access logs. */
export class EventSource extends Construct {
  /** Alarms that stop a deployment as well. */
  readonly rollbackAlarms: cloudwatch.Alarm[] = [];
  readonly api: apigatewayv2.HttpApi;

  constructor(scope: Construct, id: string, { stage, key, service }: ServiceProps) {
    super(scope, id);
    this.api = this.createApi(service.alias);
    this.createStage(stage, this.createLogGroup({ stage, key }));
    new CfnOutput(Stack.of(this), 'ApiUrl', { description: 'URL of the API.', value: this.api.apiEndpoint });
  }

  private createApi(alias: lambda.Alias): apigatewayv2.HttpApi {
    const api = new apigatewayv2.HttpApi(this, 'Api', {
      apiName: SERVICE,
      createDefaultStage: false,
      defaultAuthorizer: new HttpIamAuthorizer(), // without this line, the API is open to everyone
    });
    const integration = new HttpLambdaIntegration('Function', alias);
    for (const [method, path] of ROUTES) {
      api.addRoutes({ path, methods: [method], integration });
    }
    return api;
  }

  private createLogGroup(props: StageProps): logs.LogGroup {
    // This prefix keeps the log group out of the account's resource policy, whose size is limited. A part of the
    // stack's id makes the name unique, because deleting the stack keeps the log group.
    const unique = Fn.select(4, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
    return createLogGroup(this, props, `/aws/vendedlogs/apis/${SERVICE}-${props.stage.name}-${unique}`);
  }

  private createStage({ throttlingRate, throttlingBurst }: Stage, logGroup: logs.LogGroup): void {
    new apigatewayv2.HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit: throttlingRate, burstLimit: throttlingBurst },
      detailedMetricsEnabled: true,
      accessLogSettings: {
        destination: new apigatewayv2.LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }

  /** Adds alarms for server errors and slow responses. */
  addAlarms(topic: AlarmTopic): void {
    const serverErrors = topic.addAlarm('ServerErrors', this.api.metricServerError(), {
      description: "The API returned a 5xx error; see the function's log.",
      threshold: 1,
    });
    this.rollbackAlarms.push(serverErrors);
    topic.addAlarm('Latency', this.api.metricLatency({ statistic: 'p99' }), {
      description: 'The p99 latency of the API has been at least 3 seconds for 5 minutes.',
      threshold: 3000, // milliseconds
      minutes: 5,
    });
  }

  /** Returns the graphs for the dashboard. */
  graphs(): cloudwatch.GraphWidget[] {
    const { api } = this;
    const requests = [api.metricCount({ statistic: 'Sum' }), api.metricClientError(), api.metricServerError()];
    const latencies = ['p50', 'p99'].map((statistic) => api.metricLatency({ statistic, label: statistic }));
    return [graph('Requests', ...requests), graph('Latency (ms)', ...latencies)];
  }
}
