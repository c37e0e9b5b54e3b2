{% extends 'event_source/base/stages.ts' %}
{% block settings %}
  /** Whether SNS may invoke the function; `false` sends the messages to the dead-letter queue. */
  processing: boolean;
  /** Filter policy for the attributes of messages, as JSON; without it, the function receives all messages. */
  filterPolicy?: string;
{% endblock %}
{% block defaults %}
  processing: true,
{% endblock %}
{% block patterns %}
  filterPolicy: /^\{.*\}$/,
{% endblock %}
