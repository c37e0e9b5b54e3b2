{% include 'event_source/base/http/http_api.py' %}
