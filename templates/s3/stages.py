{% extends 'base/stages.py' %}
{% block settings %}
    prefix: str = "orders/"  # of the keys of objects to process
    suffix: str = ".jsonl.gz"  # of the keys of objects to process
{% endblock %}
