{% include 'event_source/' ~ cookiecutter.event_source ~ ('/idempotent_handler.py' if cookiecutter.__idempotent else '/handler.py') %}
