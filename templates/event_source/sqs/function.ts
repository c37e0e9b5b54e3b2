{% extends 'event_source/base/function.ts' %}
{% block constants %}
export const TIMEOUT = Duration.seconds(30);
const MEMORY_SIZE = 512; // MB; CPU power grows with it
/** Why the function has no dead-letter queue. */
export const FAILURES = 'Failed messages return to the queue, which has its own dead-letter queue.';
{% endblock %}
