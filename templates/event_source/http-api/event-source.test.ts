import assert from 'node:assert/strict';
import { test } from 'node:test';

import { propertiesOf, resourcesOf, synthesize, synthesizeWith } from './synthesis.ts';

for (const { stack, template } of synthesize()) {
  const stage = stack.stackName;

  test(`${stage}: the API has alarms`, () => {
    const Dimensions = [{ Name: 'ApiId', Value: stack.resolve(stack.source.api.apiId) as unknown }];
    for (const MetricName of ['5xx', 'Latency']) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName, Dimensions });
    }
  });

  test(`${stage}: server errors stop a deployment`, () => {
    const group = JSON.stringify(propertiesOf(template, stack.release.deploymentGroup));
    const alarms = Object.entries(resourcesOf(template, 'AWS::CloudWatch::Alarm'));
    const stopping = alarms.filter(([id]) => group.includes(`"${id}"`)).map(([, alarm]) => alarm.Properties);
    const serverErrors = stopping.some((properties) => properties?.['MetricName'] === '5xx');
    assert.ok(serverErrors, 'an alarm on 5xx errors must stop a deployment');
  });
}

test('the API is throttled as the settings say', () => {
  const { template } = synthesizeWith({ throttlingRate: 7, throttlingBurst: 8 });
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    StageName: '$default',
    DefaultRouteSettings: { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 8 },
  });
});
