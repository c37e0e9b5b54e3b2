"""The envelope in which SNS hands a message to the function; Lambda subscriptions have no raw message delivery."""

from typing import Annotated, Any

from pydantic import AliasPath, BaseModel, ConfigDict, Field, ValidationError

from .models import FieldError, field_errors
from .orders import RejectedOrderError, settings

Text = Annotated[str, Field(min_length=1)]
TOPIC = ("Records", 0, "Sns", "TopicArn")


class Notification(BaseModel):
    """A message and its envelope, in an event with one record.

    All else in a record is optional: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    topic_arn: Text = Field(validation_alias=AliasPath(*TOPIC))
    message_id: Text = Field(validation_alias=AliasPath("Records", 0, "Sns", "MessageId"))
    message: str = Field(validation_alias=AliasPath("Records", 0, "Sns", "Message"))


def split_event(event: Any) -> list[object]:
    """Return an event for each record of `event`. SNS sends one record, but its format is a list."""
    match event:
        case {"Records": [_, _, *_] as records}:
            return [{"Records": [record]} for record in records]
        case _:
            return [event]


def parse_notification(event: object) -> Notification:
    """Return the notification in `event`.

    Raises:
        RejectedOrderError: `event` is not an SNS event, or it comes from another topic than the stack's.
    """
    try:
        notification = Notification.model_validate(event)
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original error would echo input
    if notification.topic_arn != settings.topic_arn:
        field, message = ".".join(map(str, TOPIC)), "The function accepts messages from the topic of its stack only"
        raise RejectedOrderError([FieldError(field=field, code="another_topic", message=message)])
    return notification
