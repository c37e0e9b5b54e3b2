{% extends 'event_source/base/stages.py' %}
{% block ranges %}
    "batch_size": (1, 10_000),
    "batching_window": (0, 300),
    "maximum_record_age": (60, {{ '{:_}'.format(longest_age|default(604800)) }}),
    "maximum_retry_attempts": (0, 10_000),
    "parallelization_factor": (1, 10),
{% block stream_ranges %}{% endblock %}
{% endblock %}
{% block settings %}
    processing: bool = True  # False: records wait in the stream
    batch_size: int = 100  # the maximum number of records in a batch
    batching_window: int = 1  # the maximum time to gather a batch, in seconds
    maximum_record_age: int = {{ '{:_}'.format(record_age|default(86400)) }}  # in seconds: Lambda gives up on older ones, also after a stop
    maximum_retry_attempts: int = 100  # of a failing record, which blocks its shard, before Lambda gives up on it
    parallelization_factor: int = 1  # how many batches of a shard are processed at the same time, each with other keys
{% block stream_settings %}{% endblock %}
{% endblock %}
