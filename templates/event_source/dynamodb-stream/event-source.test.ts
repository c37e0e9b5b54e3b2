{% extends 'event_source/base/stream_event-source.test.ts' %}
{% set source, arn, properties_of = 'table', 'tableStreamArn', 'yes' %}
{% block stage_tests %}

  test(`${stage}: the source table has a stream with images, is protected and can be restored`, () => {
    const properties = propertiesOf(template, table);
    assert.deepEqual(properties['StreamSpecification'], { StreamViewType: 'NEW_AND_OLD_IMAGES' });
    assert.ok(properties['DeletionProtectionEnabled'] === true || !stage.endsWith('-prod'));
    assert.deepEqual(properties['PointInTimeRecoverySpecification'], { PointInTimeRecoveryEnabled: true });
  });

  test(`${stage}: Lambda gives up on records before the stream loses them`, () => {
    const mappings = Object.values(template.findResources('AWS::Lambda::EventSourceMapping'));
    const [mapping] = mappings.map((each) => each['Properties'] as { MaximumRecordAgeInSeconds: number });
    assert.ok(Number(mapping?.MaximumRecordAgeInSeconds) <= 23 * 3600);
  });
{% endblock %}
{% block tests %}

test('an existing stream replaces the source table', () => {
  const streamArn = 'arn:aws:dynamodb:eu-central-1:123456789012:table/existing/stream/2026-11-24T08:15:30.987';
  const { template } = synthesizeWith({ streamArn });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: streamArn });
  const tables = Object.keys(template.findResources('AWS::DynamoDB::Table'));
  assert.deepEqual(
    tables.filter((id) => id.startsWith('EventSource')),
    [],
  );
});
{% endblock %}
