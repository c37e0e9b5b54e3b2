// The event source: an HTTP API with IAM authorization.

import { Aws, CfnOutput, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { CfnStage, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

import { Alarm } from './alarms.ts';
import { SERVICE } from './project.ts';
import type { Row } from './dashboard.ts';
import type { Needs, ServiceFunction } from './function.ts';
import { StagedLogGroup } from './log-group.ts';

const ROUTES = { '/orders': HttpMethod.POST, '/health': HttpMethod.GET };
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

/** An HTTP API that requires signed requests, with throttling and access logs. */
export class EventSource extends Construct {
  static readonly needs: Needs = {
    memorySize: 512,
    timeoutSeconds: 10,
    failures: 'The API invokes the function synchronously: the caller gets the error, and no event is lost.',
    rollbackAlarms: [`${Aws.STACK_NAME}-server-errors`],
  };

  constructor(scope: Construct, id: string, serviceFunction: ServiceFunction) {
    super(scope, id);
    const stack = Stack.of(this);
    const rate = new CfnParameter(stack, 'ThrottlingRate', {
      type: 'Number',
      description: 'Rate limit of the API, in requests per second.',
      default: 100,
      minValue: 1,
    });
    const burst = new CfnParameter(stack, 'ThrottlingBurst', {
      type: 'Number',
      description: 'Burst limit of the API, in requests.',
      default: 200,
      minValue: 1,
    });
    const api = new HttpApi(this, 'Api', {
      apiName: SERVICE,
      createDefaultStage: false,
      defaultAuthorizer: new HttpIamAuthorizer(), // without this line, the API is open to everyone
    });
    const integration = new HttpLambdaIntegration('Function', serviceFunction.live as IFunction);
    for (const [path, method] of Object.entries(ROUTES)) {
      api.addRoutes({ path, methods: [method], integration });
    }
    // This prefix keeps the log group out of the account's resource policy, whose size is limited.
    const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
    const logGroup = new StagedLogGroup(this, 'LogGroup', {
      logGroupName: `/aws/vendedlogs/apis/${SERVICE}-${stackUuid}`,
    });
    new CfnStage(this, 'Stage', {
      apiId: api.apiId,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: {
        throttlingRateLimit: rate.valueAsNumber,
        throttlingBurstLimit: burst.valueAsNumber,
        detailedMetricsEnabled: true,
      },
      accessLogSettings: { destinationArn: logGroup.logGroupArn, format: JSON.stringify(ACCESS_LOG) },
    });
    const [serverErrors = ''] = EventSource.needs.rollbackAlarms;
    const dimensions = { ApiId: api.apiId };
    new Alarm(
      this,
      'ServerErrors',
      { metric: 'AWS/ApiGateway 5xx', dimensions, threshold: 1 },
      {
        name: serverErrors, // a fixed name: a reference from the deployment group to this alarm would be circular
        description: "The API returned a 5xx error; see the function's log.",
        topic: serviceFunction.topic,
      },
    );
    new Alarm(
      this,
      'Latency',
      {
        metric: 'AWS/ApiGateway Latency',
        dimensions,
        threshold: 3000, // milliseconds
        statistic: 'p99',
        minutes: 5,
      },
      {
        description: 'The p99 latency of the API has been at least 3 seconds for 5 minutes.',
        topic: serviceFunction.topic,
      },
    );
    const latency: Row = ['AWS/ApiGateway', 'Latency', 'ApiId', api.apiId];
    serviceFunction.graphs.push(
      {
        title: 'Requests',
        statistic: 'Sum',
        rows: ['Count', '4xx', '5xx'].map((metric) => ['AWS/ApiGateway', metric, 'ApiId', api.apiId]),
      },
      { title: 'Latency (ms)', statistic: 'p99', rows: [[...latency, { stat: 'p50' }], latency] as Row[] },
    );
    new CfnOutput(stack, 'ApiUrl', {
      description: 'URL of the API; requests must be signed (IAM).',
      value: api.apiEndpoint,
    });
  }
}
