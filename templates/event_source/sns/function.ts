{% extends 'event_source/base/function.ts' %}
{% block constants %}
export const TIMEOUT = Duration.seconds(10);
const MEMORY_SIZE = 512; // MB; CPU power grows with it
/** Why the function has no dead-letter queue. */
export const FAILURES = 'An on-failure destination receives failed events, with the error.';
{% endblock %}
