{% extends 'event_source/base/stages.ts' %}
{% block settings %}
  /** Whether the function receives messages; `false` leaves them in the queue. */
  processing: boolean;
  /** Maximum number of messages in a batch. */
  batchSize: number;
  /** Maximum time to gather a batch, in seconds. */
  batchingWindow: number;
  /** Maximum concurrency of the event source mapping. */
  maximumConcurrency: number;
{% endblock %}
{% block defaults %}
  processing: true,
  batchSize: 10,
  batchingWindow: 1,
  maximumConcurrency: 10,
{% endblock %}
{% block ranges %}
  batchSize: [1, 1000],
  batchingWindow: [1, 60],
  maximumConcurrency: [2, 1000],
{% endblock %}
