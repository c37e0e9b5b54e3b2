{% extends 'event_source/base/stream_event-source.test.ts' %}
{% set arn, properties_of = 'streamArn', 'yes' %}
{% block stage_tests %}

  test(`${stage}: the stream is encrypted, and keeps records for a redrive`, () => {
    const { RetentionPeriodHours, StreamEncryption } = propertiesOf(template, stream);
    const mappings = Object.values(template.findResources('AWS::Lambda::EventSourceMapping'));
    const [mapping] = mappings.map((each) => each['Properties'] as { MaximumRecordAgeInSeconds: number });
    assert.ok(Number(mapping?.MaximumRecordAgeInSeconds) < 3600 * Number(RetentionPeriodHours));
    assert.deepEqual(StreamEncryption, { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' });
  });
{% endblock %}
{% block tests %}

test('an existing stream replaces the own', () => {
  const streamArn = 'arn:aws:kinesis:eu-central-1:123456789012:stream/existing';
  const { template } = synthesizeWith({ streamArn });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: streamArn });
  template.resourceCountIs('AWS::Kinesis::Stream', 0);
});
{% endblock %}
