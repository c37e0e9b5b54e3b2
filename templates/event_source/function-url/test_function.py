{% extends 'event_source/base/http/test_function.py' %}
