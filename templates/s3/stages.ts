{% extends 'base/stages.ts' %}
{% block settings %}
  /** Key prefix of the objects to process. */
  prefix: string;
  /** Key suffix of the objects to process. */
  suffix: string;
{% endblock %}
{% block defaults %}
  prefix: 'orders/',
  suffix: '.jsonl.gz',
{% endblock %}
