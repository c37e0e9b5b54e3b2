{% include [cookiecutter.event_source ~ '/smoke.py', 'base/smoke.py'] %}
