{% extends 'event_source/base/redrive.py' %}
{% block cases %}
        case {"Type": "Notification", "TopicArn": str()} as notification:
            return as_event(notification)
{% endblock %}
{% block test_event %}
def as_event(notification: dict[str, Any]) -> dict[str, Any]:
    """Return the event that Lambda would have got: SNS names two fields differently in queues, and omits some."""
    names = {"SigningCertURL": "SigningCertUrl", "UnsubscribeURL": "UnsubscribeUrl"}
    envelope: dict[str, Any] = {"Subject": None, "MessageAttributes": {}}
    envelope |= {names.get(name, name): value for name, value in notification.items()}
    return {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": envelope}]}


{% endblock %}
