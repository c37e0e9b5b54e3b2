{% include 'event_source/base/http/idempotent_test_handler.py' %}
