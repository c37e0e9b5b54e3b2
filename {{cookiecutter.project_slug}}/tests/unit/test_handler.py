{% include 'event_source/' ~ cookiecutter.event_source ~ '/test_handler.py' %}
