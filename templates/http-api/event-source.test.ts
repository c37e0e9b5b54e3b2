import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Match } from 'aws-cdk-lib/assertions';

import { idOf, resourcesOf, synthesize, synthesizeWith } from './synthesis.ts';

for (const { stack, template } of synthesize()) {
  const stage = stack.stackName;
  const { api, rollbackAlarms } = stack.source;

  test(`${stage}: all routes require IAM authorization`, () => {
    assert.notDeepEqual(resourcesOf(template, 'AWS::ApiGatewayV2::Route'), {});
    template.allResourcesProperties('AWS::ApiGatewayV2::Route', { AuthorizationType: 'AWS_IAM' });
  });

  test(`${stage}: the API logs access to a log group of the stage`, () => {
    const LogGroupName = { 'Fn::Join': ['', Match.arrayWith([`/aws/vendedlogs/apis/${stage}-`])] };
    const [id] = Object.keys(template.findResources('AWS::Logs::LogGroup', { Properties: { LogGroupName } }));
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      AccessLogSettings: { DestinationArn: { 'Fn::GetAtt': [id, 'Arn'] } },
    });
  });

  test(`${stage}: server errors and slow responses have alarms, and server errors roll back`, () => {
    const Dimensions = [{ Name: 'ApiId', Value: stack.resolve(api.apiId) as unknown }];
    for (const MetricName of ['5xx', 'Latency']) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName, Dimensions });
    }
    const alarms = rollbackAlarms.map((alarm) => ({ Name: { Ref: idOf(alarm) } }));
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      AlarmConfiguration: { Alarms: Match.arrayWith(alarms) },
    });
  });
}

test('the API is throttled as the settings say', () => {
  const { template } = synthesizeWith({ throttlingRate: 7, throttlingBurst: 8 });
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    StageName: '$default',
    DefaultRouteSettings: { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 8 },
  });
});
