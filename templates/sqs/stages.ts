{% extends 'base/stages.ts' %}
{% block settings %}
  /** Maximum number of messages in a batch. */
  batchSize: number;
  /** Maximum time to gather a batch, in seconds. */
  batchingWindow: number;
  /** Maximum concurrency of the event source mapping. */
  maximumConcurrency: number;
{% endblock %}
{% block defaults %}
  batchSize: 10,
  batchingWindow: 1,
  maximumConcurrency: 10,
{% endblock %}
{% block rules %}
    ['batchSize', isWithin(stage.batchSize, 1, 1000), 'a whole number between 1 and 1,000'],
    ['batchingWindow', isWithin(stage.batchingWindow, 1, 60), 'a whole number between 1 and 60'],
    ['maximumConcurrency', isWithin(stage.maximumConcurrency, 2, 1000), 'a whole number between 2 and 1,000'],
{% endblock %}
