{% extends 'event_source/base/function.py' %}
{% block constants %}
TIMEOUT = Duration.minutes(15)
MEMORY_SIZE = 1024  # MB; CPU power grows with it
# Why the function has no dead-letter queue.
FAILURES = "An on-failure destination receives failed events, with the error."
{% endblock %}
