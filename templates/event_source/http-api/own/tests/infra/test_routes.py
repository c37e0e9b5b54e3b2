{% include 'event_source/' ~ cookiecutter.event_source ~ '/test_routes/' ~ cookiecutter.deploy_with ~ '.py' %}
