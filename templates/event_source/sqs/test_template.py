{% extends 'event_source/base/test_template.py' %}
{% block test_helpers %}Json, Stack{% endblock %}
{% block test_imports %}
from {{ cookiecutter.__package }}.dead_letters import MAX_RECEIVES
{% if cookiecutter.idempotency %}
from {{ cookiecutter.__package }}.idempotency import store
{% endif %}

{% endblock %}
{% block tests %}


def test_mapping_reports_item_failures(stack: Stack) -> None:
    mapping = stack.properties("FunctionMessages")
    advice = "without ReportBatchItemFailures, one failed message returns its whole batch"
    assert mapping.get("FunctionResponseTypes") == ["ReportBatchItemFailures"], advice


def test_disabled_processing_leaves_messages(stack: Stack) -> None:
    stopped = Stack(stack.name, stack.template, {"Processing": "disabled"})
    advice = "FunctionMessages: Enabled must follow Processing"
    assert stopped.properties("FunctionMessages").get("Enabled") is False, advice


def test_visibility_exceeds_processing(template: Json, stack: Stack) -> None:
    window = template["Parameters"].get("BatchingWindow", {}).get("MaxValue", 0)
    least = 6 * int(stack.properties("Function").get("Timeout", 3)) + window
    visibility = int(stack.properties("Queue").get("VisibilityTimeout", 30))
    advice = "six times Function's Timeout plus the longest batching window"
    assert visibility >= least, f"Queue: set VisibilityTimeout to {least} or more, {advice}"


def test_failed_messages_move_to_dlq(stack: Stack) -> None:
    receives = int(stack.properties("Queue").get("RedrivePolicy", {}).get("maxReceiveCount", 0))
    advice = "ten times MAX_RECEIVES in dead_letters.py: nine messages of a batch may fail before one that is well"
    assert receives >= 10 * MAX_RECEIVES, f"Queue: set maxReceiveCount to {10 * MAX_RECEIVES} or more, {advice}"
{% endblock %}
