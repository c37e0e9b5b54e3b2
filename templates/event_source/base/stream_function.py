{% extends 'event_source/base/function.py' %}
{% block constants %}
TIMEOUT = Duration.seconds(30)
MEMORY_SIZE = 512  # MB; CPU power grows with it
# Why the function has no dead-letter queue.
FAILURES = "The on-failure destination receives rejected records, and pointers to those that Lambda gives up on."
{% endblock %}
{% block throttles %}
{% endblock %}
