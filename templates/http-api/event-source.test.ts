import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Match } from 'aws-cdk-lib/assertions';

import { aliasId, resourcesOf, template } from './synthesis.ts';

test('all routes require IAM authorization', () => {
  const routes = Object.values(resourcesOf('AWS::ApiGatewayV2::Route'));
  const keys = routes.map(({ Properties }) => Properties.RouteKey);
  assert.deepEqual(keys.sort(), ['GET /health', 'POST /orders']);
  template.allResourcesProperties('AWS::ApiGatewayV2::Route', { AuthorizationType: 'AWS_IAM' });
});

test('routes invoke the alias', () => {
  template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
    IntegrationUri: { Ref: aliasId },
    PayloadFormatVersion: '2.0',
  });
});

test('the API throttles and logs access', () => {
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    StageName: '$default',
    DefaultRouteSettings: {
      ThrottlingRateLimit: { Ref: 'ThrottlingRate' },
      ThrottlingBurstLimit: { Ref: 'ThrottlingBurst' },
    },
    AccessLogSettings: { DestinationArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^SourceLogGroup'), 'Arn'] } },
  });
});
