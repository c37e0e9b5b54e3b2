{% extends 'event_source/base/stream_stages.ts' %}
{% set record_age, longest_age = 43200, 86400 %}
{% block stream_settings %}
  /** ARN of the stream of an existing table; without it, the stack creates a table. */
  streamArn?: string;
{% endblock %}
{% block patterns %}
  streamArn: /^arn:[^:]+:dynamodb:[^:]+:[0-9]+:table\/[^/]+\/stream\/.+$/,
{% endblock %}
