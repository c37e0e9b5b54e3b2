{% extends 'event_source/base/stream_handler.py' %}
