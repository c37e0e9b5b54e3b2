{% extends 'event_source/base/stages.ts' %}
{% block settings %}
  /** Whether the schedule runs. */
  processing: boolean;
  /** Schedule expression, such as rate(1 hour) or cron(0 6 * * ? *). */
  scheduleExpression: string;
  /** Time zone of the schedule expression, such as Europe/Berlin. */
  scheduleTimezone: string;
  /** Flexible time window: the schedule starts within this time, in minutes. */
  flexibleWindowInMinutes: number;
{% endblock %}
{% block defaults %}
  processing: true,
  scheduleExpression: 'cron(0 6 * * ? *)',
  scheduleTimezone: 'UTC',
  flexibleWindowInMinutes: 5,
{% endblock %}
{% block ranges %}
  flexibleWindowInMinutes: [1, 1440],
{% endblock %}
