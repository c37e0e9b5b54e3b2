{% include 'event_source/base/http/serve_http.py' %}
