{% include 'event_source/base/http/idempotent_handler.py' %}
