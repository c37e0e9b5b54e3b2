{% extends 'event_source/base/stages.ts' %}
{% block stop %}
    return 'at least 1 (docs/operate.md says how to stop the function URL)';
{% endblock %}
{% block settings %}
  /** Origins whose pages may call the function URL from a browser, separated by commas. */
  corsOrigins?: string;
{% endblock %}
{% block defaults %}{% endblock %}
{% block patterns %}
  corsOrigins: /^(\*|https?:\/\/[^\s,/]+(,https?:\/\/[^\s,/]+)*)$/,
{% endblock %}
