{% extends 'event_source/base/function.ts' %}
{% block constants %}
export const TIMEOUT = Duration.seconds(10);
const MEMORY_SIZE = 512; // MB; CPU power grows with it
/** Why the function has no dead-letter queue. */
export const FAILURES = 'The URL invokes the function synchronously: the caller gets the error, and no event is lost.';
{% endblock %}
