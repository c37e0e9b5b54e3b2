{% extends 'event_source/base/redrive.py' %}
{% block queues %}"FailureQueueUrl"{% endblock %}
{% block test_event %}
def is_test(event: Any) -> bool:
    """Return whether S3 sent `event` to try the queue, when the notifications of the bucket were set."""
    return isinstance(event, dict) and event.get("Event") == "s3:TestEvent"


{% endblock %}
{% block not_for_the_function %}
        if is_test(event):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            continue
{% endblock %}
