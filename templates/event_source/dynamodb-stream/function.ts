{% include 'event_source/base/stream_function.ts' %}
