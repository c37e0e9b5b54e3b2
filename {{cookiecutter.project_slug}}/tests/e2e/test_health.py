{% include [cookiecutter.event_source ~ '/test_health.py', 'base/test_health.py'] %}
