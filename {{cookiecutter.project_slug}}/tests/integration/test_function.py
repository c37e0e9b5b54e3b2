{% include cookiecutter.event_source ~ '/test_function.py' %}
