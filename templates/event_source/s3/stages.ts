{% extends 'event_source/base/stages.ts' %}
{% block settings %}
  /** Whether new objects invoke the function; `false` sends the events to the on-failure destination. */
  processing: boolean;
  /** Key prefix of the objects to process. */
  prefix: string;
  /** Key suffix of the objects to process. */
  suffix: string;
{% endblock %}
{% block defaults %}
  processing: true,
  prefix: 'orders/',
  suffix: '.jsonl.gz',
{% endblock %}
