{% include cookiecutter.event_source ~ '/test_template.py' %}
