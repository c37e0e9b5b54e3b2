{% extends 'event_source/base/stages.ts' %}
{% block settings %}
  /** Whether the rule invokes the function; `false` sends the events to the dead-letter queue. */
  processing: boolean;
  /** Event bus of the rule. */
  eventBusName: string;
  /** Source of the events that the rule matches. */
  eventSource: string;
  /** Detail type of the events that the rule matches. */
  eventDetailType: string;
{% endblock %}
{% block defaults %}
  processing: true,
  eventBusName: 'default',
  eventSource: 'shop',
  eventDetailType: 'OrderPlaced',
{% endblock %}
