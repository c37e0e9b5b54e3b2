{% include 'event_source/' ~ cookiecutter.event_source ~ ('/idempotent_test_handler.py' if cookiecutter.__idempotent else '/test_handler.py') %}
