{% extends 'event_source/base/stream_test_template.py' %}
{% block stream_tests %}


def test_stream_has_images(stack: Stack) -> None:
    view = stack.properties("SourceTable").get("StreamSpecification", {}).get("StreamViewType")
    assert view == "NEW_AND_OLD_IMAGES", "SourceTable: records.py rejects the records of a stream without both images"


def test_records_are_kept_for_a_redrive(stack: Stack) -> None:
    age = int(stack.properties("FunctionRecords").get("MaximumRecordAgeInSeconds", -1))
    advice = "MaximumRecordAge: at most 23 hours, or Lambda gives up on records when the stream has lost them"
    assert 0 < age <= 23 * 3600, advice


def test_source_table_is_protected_in_production(stacks: list[Stack]) -> None:
    advice = "SourceTable: set DeletionProtection to true for prod under Mappings: nobody must delete orders by mistake"
    for stack in stacks:
        protected = str(stack.properties("SourceTable").get("DeletionProtectionEnabled")).lower() == "true"
        assert protected or stack.values["Stage"] != "prod", advice


def test_items_can_be_restored(stack: Stack) -> None:
    recovery = stack.properties("SourceTable").get("PointInTimeRecoverySpecification", {})
    advice = "SourceTable: set PointInTimeRecoveryEnabled to true, so that lost items can be restored"
    assert str(recovery.get("PointInTimeRecoveryEnabled")).lower() == "true", advice


def test_existing_stream_replaces_the_source_table(stack: Stack) -> None:
    arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/existing/stream/2026-11-24T08:15:30.987"
    existing = Stack(stack.name, stack.template, {"StreamArn": arn})
    assert existing.properties("FunctionRecords")["EventSourceArn"] == arn
    assert "SourceTable" not in existing.resources
    assert all("SourceTable" not in references(each) for each in existing.resources.values())
{% endblock %}
