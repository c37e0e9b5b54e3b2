{% include ['event_source/' ~ cookiecutter.event_source ~ '/test_health.py', 'event_source/base/test_health.py'] %}
