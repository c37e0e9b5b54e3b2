{% extends 'event_source/base/http/handler.py' %}
