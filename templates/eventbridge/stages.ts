{% extends 'base/stages.ts' %}
{% block settings %}
  /** Event bus of the rule. */
  eventBusName: string;
  /** Source of the events that the rule matches. */
  eventSource: string;
  /** Detail type of the events that the rule matches. */
  eventDetailType: string;
{% endblock %}
{% block defaults %}
  eventBusName: 'default',
  eventSource: 'shop',
  eventDetailType: 'OrderPlaced',
{% endblock %}
