{% extends 'event_source/base/function.py' %}
{% block constants %}
TIMEOUT = Duration.seconds(10)
MEMORY_SIZE = 512  # MB; CPU power grows with it
# Why the function has no dead-letter queue.
FAILURES = "An on-failure destination receives failed events, with the error."
{% endblock %}
