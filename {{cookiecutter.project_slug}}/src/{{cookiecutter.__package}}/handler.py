{% include cookiecutter.event_source ~ '/handler.py' %}
