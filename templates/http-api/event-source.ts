// What invokes the function: a closed HTTP API.

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

/** An HTTP API whose requests must be signed, with throttling and an access log. */
export class EventSource extends Construct {
  static readonly needs: Needs = {
    memorySize: 512,
    timeoutSeconds: 10,
    failures: 'Callers of an API wait for the answer, and learn of a failure; no event is left to keep.',
    rollbackAlarms: [`${Aws.STACK_NAME}-server-errors`],
  };

  constructor(scope: Construct, id: string, serviceFunction: ServiceFunction) {
    super(scope, id);
    const stack = Stack.of(this);
    const rate = new CfnParameter(stack, 'ThrottlingRate', {
      type: 'Number',
      description: 'Requests per second, on average, that the API lets through.',
      default: 100,
      minValue: 1,
    });
    const burst = new CfnParameter(stack, 'ThrottlingBurst', {
      type: 'Number',
      description: 'Requests at once that the API lets through.',
      default: 200,
      minValue: 1,
    });
    const api = new HttpApi(this, 'Api', {
      apiName: SERVICE,
      createDefaultStage: false,
      defaultAuthorizer: new HttpIamAuthorizer(), // without this line the API is open to everyone
    });
    const integration = new HttpLambdaIntegration('Function', serviceFunction.live as IFunction);
    for (const [path, method] of Object.entries(ROUTES)) {
      api.addRoutes({ path, methods: [method], integration });
    }
    // Under this prefix, the account's policy for delivered logs need not name each group; its size is limited.
    const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
    const logGroup = new StagedLogGroup(this, 'LogGroup', { logGroupName: `/aws/vendedlogs/apis/orders-${stackUuid}` });
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
        name: serverErrors, // known beforehand: a release names it, which the API that it watches waits for
        description: "The API answered that it could not handle a request; the function's log has the cause.",
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
        description: 'One caller in a hundred has waited for three seconds or longer, for five minutes.',
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
      description: "The API's address; requests must be signed (IAM).",
      value: api.apiEndpoint,
    });
  }
}
