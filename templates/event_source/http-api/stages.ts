{% extends 'event_source/base/stages.ts' %}
{% block stop %}
    return 'at least 1 (to stop the API, set its throttling limits to 0)';
{% endblock %}
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
  throttlingRate: [0, Infinity],
  throttlingBurst: [0, Infinity],
{% endblock %}
