{% include 'event_source/base/stream_idempotent_handler.py' %}
