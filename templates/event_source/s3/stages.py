{% extends 'event_source/base/stages.py' %}
{% block settings %}
    processing: bool = True  # False: events wait in the on-failure destination
    prefix: str = "orders/"  # of the keys of objects to process
    suffix: str = ".jsonl.gz"  # of the keys of objects to process
{% endblock %}
