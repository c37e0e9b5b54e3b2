{% include 'event_source/base/failure_queue.py' %}
