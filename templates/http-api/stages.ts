{% extends 'base/stages.ts' %}
{% block settings %}
  /** Rate limit of the API, in requests per second. */
  throttlingRate: number;
  /** Burst limit of the API, in requests. */
  throttlingBurst: number;
{% endblock %}
{% block defaults %}
  throttlingRate: 100,
  throttlingBurst: 200,
{% endblock %}
{% block ranges %}
  throttlingRate: [1, Infinity],
  throttlingBurst: [1, Infinity],
{% endblock %}
