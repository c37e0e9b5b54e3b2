{% extends 'event_source/base/stages.ts' %}
{% block settings %}
  /** Whether the function reads records; `false` leaves them in the stream. */
  processing: boolean;
  /** Maximum number of records in a batch. */
  batchSize: number;
  /** Maximum time to gather a batch, in seconds. */
  batchingWindow: number;
  /** Age in seconds at which Lambda gives up on a record, also after a stop. */
  maximumRecordAge: number;
  /** How often Lambda retries a failing record, which blocks its shard, before it gives up on it. */
  maximumRetryAttempts: number;
  /** How many batches of a shard are processed at the same time, each with other keys. */
  parallelizationFactor: number;
{% block stream_settings %}{% endblock %}
{% endblock %}
{% block defaults %}
  processing: true,
  batchSize: 100,
  batchingWindow: 1,
  maximumRecordAge: {{ '{:_}'.format(record_age|default(86400)) }},
  maximumRetryAttempts: 100,
  parallelizationFactor: 1,
{% block stream_defaults %}{% endblock %}
{% endblock %}
{% block ranges %}
  batchSize: [1, 10_000],
  batchingWindow: [0, 300],
  maximumRecordAge: [60, {{ '{:_}'.format(longest_age|default(604800)) }}],
  maximumRetryAttempts: [0, 10_000],
  parallelizationFactor: [1, 10],
{% block stream_ranges %}{% endblock %}
{% endblock %}
