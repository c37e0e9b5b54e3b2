{% include cookiecutter.event_source ~ '/test_handler.py' %}
