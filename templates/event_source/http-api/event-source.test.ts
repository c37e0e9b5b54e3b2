{% extends 'event_source/base/http/event-source.test.ts' %}
{% block tests %}
test('the API is throttled as the settings say', () => {
  const { template } = synthesizeWith({ throttlingRate: 7, throttlingBurst: 8 });
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    StageName: '$default',
    DefaultRouteSettings: { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 8 },
  });
});
{% endblock %}
