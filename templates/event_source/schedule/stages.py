{% extends 'event_source/base/stages.py' %}
{% block ranges %}
    "flexible_window_in_minutes": (1, 1440),
{% endblock %}
{% block settings %}
    processing: bool = True  # False: the schedule does not run
    schedule_expression: str = "cron(0 6 * * ? *)"  # or rate(1 hour)
    schedule_timezone: str = "UTC"  # as in Europe/Berlin
    flexible_window_in_minutes: int = 5  # the schedule starts within this time
{% endblock %}
