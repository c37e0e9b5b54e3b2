{% extends 'event_source/base/stages.py' %}
{% block ranges %}
    "batch_size": (1, 1000),
    "batching_window": (1, 60),
    "maximum_concurrency": (2, 1000),
{% endblock %}
{% block settings %}
    processing: bool = True  # False: messages wait in the queue
    batch_size: int = 10  # the maximum number of messages in a batch
    batching_window: int = 1  # the maximum time to gather a batch, in seconds
    maximum_concurrency: int = 10  # the maximum number of batches at the same time
{% endblock %}
