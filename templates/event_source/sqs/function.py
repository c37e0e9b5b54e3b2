{% extends 'event_source/base/function.py' %}
{% block constants %}
TIMEOUT = Duration.seconds(30)
MEMORY_SIZE = 512  # MB; CPU power grows with it
# Why the function has no dead-letter queue.
FAILURES = "Failed messages return to the queue, which has its own dead-letter queue."
{% endblock %}
