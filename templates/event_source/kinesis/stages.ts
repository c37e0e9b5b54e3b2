{% extends 'event_source/base/stream_stages.ts' %}
{% block stream_settings %}
  /** How long the stream keeps records; longer than `maximumRecordAge`, so that they can be redriven. */
  retentionHours: number;
  /** ARN of an existing stream to read; without it, the stack creates one. */
  streamArn?: string;
{% endblock %}
{% block stream_defaults %}
  retentionHours: 168,
{% endblock %}
{% block stream_ranges %}
  retentionHours: [24, 8760],
{% endblock %}
{% block patterns %}
  streamArn: /^arn:[^:]+:kinesis:[^:]+:[0-9]+:stream\/.+$/,
{% endblock %}
