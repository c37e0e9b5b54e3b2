{% extends 'event_source/base/stream_test_event_source.py' %}
{% set source, arn = 'table', 'table_stream_arn' %}
{% block tests %}


def test_stream_has_images(synthesis: Synthesis) -> None:
    table = synthesis.properties_of(synthesis.stack.source.table)
    advice = "records.py rejects the records of a stream without both images"
    assert table.get("StreamSpecification") == {"StreamViewType": "NEW_AND_OLD_IMAGES"}, advice


def test_records_are_kept_for_a_redrive(stage: Stage) -> None:
    advice = "maximum_record_age: at most 23 hours, or Lambda gives up on records when the stream has lost them"
    assert stage.maximum_record_age <= 23 * 3600, advice


def test_source_table_is_protected_in_production(synthesis: Synthesis) -> None:
    table = synthesis.properties_of(synthesis.stack.source.table)
    advice = "set deletion_protection=True for prod in infra/stages.py: nobody must delete orders by mistake"
    assert table.get("DeletionProtectionEnabled") or not synthesis.stack.stack_name.endswith("-prod"), advice


def test_items_can_be_restored(synthesis: Synthesis) -> None:
    recovery = synthesis.properties_of(synthesis.stack.source.table).get("PointInTimeRecoverySpecification", {})
    advice = "turn on point-in-time recovery in infra/event_source.py, so that lost items can be restored"
    assert recovery.get("PointInTimeRecoveryEnabled"), advice


def test_existing_stream_replaces_the_source_table(synthesize: Callable[[Stage], Synthesis]) -> None:
    arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/existing/stream/2026-11-24T08:15:30.987"
    synthesis = synthesize(replace(STAGES[0], stream_arn=arn))
    assert mapping(synthesis)["EventSourceArn"] == arn
    assert not [each for each in synthesis.named("AWS::DynamoDB::Table") if each.startswith("EventSource")]


def test_wrong_arn_is_refused() -> None:
    with pytest.raises(ValueError, match="stream_arn must be"):
        replace(STAGES[0], stream_arn="orders")
{% endblock %}
