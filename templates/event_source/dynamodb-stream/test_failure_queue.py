{% include 'event_source/base/test_failure_queue.py' %}
