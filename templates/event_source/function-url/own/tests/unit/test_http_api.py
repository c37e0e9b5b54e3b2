{% include 'event_source/base/http/test_http_api.py' %}
