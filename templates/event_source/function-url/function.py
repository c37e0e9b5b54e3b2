{% extends 'event_source/base/function.py' %}
{% block constants %}
TIMEOUT = Duration.seconds(10)
MEMORY_SIZE = 512  # MB; CPU power grows with it
# Why the function has no dead-letter queue.
FAILURES = "The URL invokes the function synchronously: the caller gets the error, and no event is lost."
{% endblock %}
