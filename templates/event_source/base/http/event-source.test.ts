{% set errors, latency = ('5xx', 'Latency') if cookiecutter.__has_api else ('Url5xxCount', 'UrlRequestLatency') %}
{% set dimension, value = ('ApiId', 'stack.source.api.apiId') if cookiecutter.__has_api else ('FunctionName', 'stack.service.function.functionName') %}
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { propertiesOf, resourcesOf, synthesize, synthesizeWith } from './synthesis.ts';

for (const { stack, template } of synthesize()) {
  const stage = stack.stackName;

  test(`${stage}: the {{ 'API' if cookiecutter.__has_api else 'URL' }} has alarms`, () => {
    const Dimensions = [{ Name: '{{ dimension }}', Value: stack.resolve({{ value }}) as unknown }];
    for (const MetricName of ['{{ errors }}', '{{ latency }}']) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName, Dimensions });
    }
  });

  test(`${stage}: server errors stop a deployment`, () => {
    const group = JSON.stringify(propertiesOf(template, stack.release.deploymentGroup));
    const alarms = Object.entries(resourcesOf(template, 'AWS::CloudWatch::Alarm'));
    const stopping = alarms.filter(([id]) => group.includes(`"${id}"`)).map(([, alarm]) => alarm.Properties);
    const serverErrors = stopping.some((properties) => properties?.['MetricName'] === '{{ errors }}');
    assert.ok(serverErrors, 'an alarm on 5xx errors must stop a deployment');
  });
}

{% block tests required %}{% endblock %}
