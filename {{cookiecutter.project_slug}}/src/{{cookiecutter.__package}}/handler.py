{% include 'event_source/' ~ cookiecutter.event_source ~ '/handler.py' %}
