{% extends 'event_source/base/http/test_health.py' %}
