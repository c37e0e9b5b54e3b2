{% extends 'event_source/base/http/event-source.test.ts' %}
{% block tests %}
test('the URL requires signatures', () => {
  for (const { stack, template } of synthesize()) {
    const { AuthType } = propertiesOf(template, stack.source.url);
    assert.equal(AuthType, 'AWS_IAM', 'with another type, the function URL is open to everyone');
  }
});

test('the URL allows the origins', () => {
  const { template } = synthesizeWith({ corsOrigins: 'https://app.example.com,https://admin.example.com' });
  template.hasResourceProperties('AWS::Lambda::Url', {
    Cors: { AllowOrigins: ['https://app.example.com', 'https://admin.example.com'] },
  });
});

test('origins have no path', () => {
  const corsOrigins = 'https://app.example.com/orders';
  assert.throws(() => synthesizeWith({ corsOrigins }), /corsOrigins must be text that matches/);
});
{% endblock %}
