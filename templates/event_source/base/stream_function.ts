{% extends 'event_source/base/function.ts' %}
{% block constants %}
export const TIMEOUT = Duration.seconds(30);
const MEMORY_SIZE = 512; // MB; CPU power grows with it
/** Why the function has no dead-letter queue. */
const FAILURES = 'The on-failure destination receives rejected records, and pointers to those that Lambda gives up on.';
{% endblock %}
{% block throttles %}
{% endblock %}
