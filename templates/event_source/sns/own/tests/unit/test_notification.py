import pytest

from {{ cookiecutter.__package }}.notification import parse_notification, split_event
from {{ cookiecutter.__package }}.orders import RejectedOrderError, settings

from tests.support import Event


def test_notification_has_message_and_ids(event: Event) -> None:
    notification = parse_notification(event)
    envelope = event["Records"][0]["Sns"]
    assert (notification.message_id, notification.message) == (envelope["MessageId"], envelope["Message"])
    assert notification.topic_arn == settings.topic_arn


@pytest.mark.parametrize("topic_arn", ["arn:aws:sns:eu-central-1:123456789012:orders-of-another", "", None])
def test_another_topic_is_rejected(event: Event, topic_arn: str | None) -> None:
    event["Records"][0]["Sns"]["TopicArn"] = topic_arn
    with pytest.raises(RejectedOrderError) as caught:
        parse_notification(event)
    assert caught.value.fields == ["Records.0.Sns.TopicArn"]


def test_one_record_stays_as_it_is(event: Event) -> None:
    assert split_event(event) == [event]
    assert split_event([]) == [[]]


def test_records_become_events(event: Event) -> None:
    (record,) = event["Records"]
    assert split_event({"Records": [record, {}]}) == [{"Records": [record]}, {"Records": [{}]}]
