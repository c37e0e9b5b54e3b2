{% include 'event_source/' ~ cookiecutter.event_source ~ '/' ~ ('batch_' if cookiecutter.__batches else 'idempotent_' if cookiecutter.__idempotent else '') ~ 'handler.py' %}
