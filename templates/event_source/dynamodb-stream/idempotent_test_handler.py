{% include 'event_source/base/stream_idempotent_test_handler.py' %}
