{% extends 'event_source/base/test_template.py' %}
{% block test_helpers %}Stack, references{% endblock %}
{% block tests %}


def test_mapping_goes_on_with_the_failed_record(stack: Stack) -> None:
    mapping = stack.properties("FunctionRecords")
    advice = "without ReportBatchItemFailures, records before a failed one are repeated"
    assert mapping.get("FunctionResponseTypes") == ["ReportBatchItemFailures"], advice
    advice = "without BisectBatchOnFunctionError, Lambda gives up on records behind a failing one as well"
    assert mapping.get("BisectBatchOnFunctionError") is True, advice


def test_given_up_records_are_named(stack: Stack) -> None:
    mapping = stack.properties("FunctionRecords")
    destination = mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    assert references(destination) == {"FailureQueue"}, "FunctionRecords: Lambda must send what it gives up on there"


def test_disabled_processing_leaves_records(stack: Stack) -> None:
    stopped = Stack(stack.name, stack.template, {"Processing": "disabled"})
    advice = "FunctionRecords: Enabled must follow Processing"
    assert stopped.properties("FunctionRecords").get("Enabled") is False, advice
{% block stream_tests %}{% endblock %}
{% endblock %}
