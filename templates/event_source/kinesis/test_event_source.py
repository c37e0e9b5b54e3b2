{% extends 'event_source/base/stream_test_event_source.py' %}
{% set arn = 'stream_arn' %}
{% block tests %}


def test_stream_keeps_records_for_a_redrive(synthesis: Synthesis, stage: Stage) -> None:
    (stream,) = synthesis.named("AWS::Kinesis::Stream").values()
    assert stage.maximum_record_age < 3600 * stream["RetentionPeriodHours"]
    assert stream["StreamEncryption"]["EncryptionType"] == "KMS"


def test_existing_stream_replaces_the_own(synthesize: Callable[[Stage], Synthesis]) -> None:
    arn = "arn:aws:kinesis:eu-central-1:123456789012:stream/existing"
    synthesis = synthesize(replace(STAGES[0], stream_arn=arn))
    assert mapping(synthesis)["EventSourceArn"] == arn
    assert not synthesis.named("AWS::Kinesis::Stream")


def test_wrong_arn_is_refused() -> None:
    with pytest.raises(ValueError, match="stream_arn must be"):
        replace(STAGES[0], stream_arn="orders")
{% endblock %}
