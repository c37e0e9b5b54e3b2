{% extends 'event_source/base/http/test_handler.py' %}
