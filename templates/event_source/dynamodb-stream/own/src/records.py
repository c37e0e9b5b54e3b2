"""The records of a DynamoDB stream: the position of each in its shard, how an item changed, and the order in it."""

{% if not cookiecutter.__stored %}
from decimal import Decimal
{% endif %}
from typing import Annotated, Any, Literal

from pydantic import AliasPath, BeforeValidator, ConfigDict, Field, ValidationError

from .models import FieldError, Model, Order, field_errors
from .observability import logger
from .orders import RejectedOrderError
{% if cookiecutter.__stored %}
from .repository import from_attribute
{% endif %}

SOURCE = "aws:dynamodb"
# Who deletes items whose time to live has passed; see "DynamoDB Streams and Time to Live".
TTL_PRINCIPAL = "dynamodb.amazonaws.com"

Record = dict[str, Any]


def read_image(image: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of an item, by name, without the types of DynamoDB's JSON."""
    return {name: from_attribute(attribute) for name, attribute in image.items()}


Image = Annotated[dict[str, Any], BeforeValidator(read_image)]
"""An item as it was before or after a change; numbers are integers or `Decimal`, never floats."""


class Change(Model):
    """What a record says of an item."""

    model_config = ConfigDict(extra="ignore")

    kind: Literal["INSERT", "MODIFY", "REMOVE"] = Field(validation_alias="eventName")
    view: str = Field(validation_alias=AliasPath("dynamodb", "StreamViewType"))
    new: Image = Field(default_factory=dict[str, Any], validation_alias=AliasPath("dynamodb", "NewImage"))
    old: Image = Field(default_factory=dict[str, Any], validation_alias=AliasPath("dynamodb", "OldImage"))
    principal: str | None = Field(None, validation_alias=AliasPath("userIdentity", "principalId"))
    """Set if a service of AWS made the change."""

    @property
    def has_expired(self) -> bool:
        """Whether DynamoDB deleted the item because its time to live had passed."""
        return self.kind == "REMOVE" and self.principal == TTL_PRINCIPAL


def sequence_number(record: Record) -> str:
    """Return the sequence number of `record`, which grows within a shard."""
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def read_order(record: Record) -> Order | None:
    """Return the order that `record` says is new. All other changes end here: the order was confirmed as it was.

    Returns:
        None, if there is nothing to do: the item was removed, or changed outside the fields of an order.

    Raises:
        RejectedOrderError: the stream has no images, the order is invalid, or it was changed: somebody must decide
            whether its confirmation still holds.
    """
    change = Change.model_validate(record)
    if change.view != "NEW_AND_OLD_IMAGES":
        message = f"The stream has the view type {change.view}: it must have NEW_AND_OLD_IMAGES"
        raise RejectedOrderError([FieldError(field="", code="no_images", message=message)])
    match change.kind:
        case "INSERT":
            return parse_order(change.new)
        case "MODIFY":
            check_unchanged(change)
        case "REMOVE":  # pragma: no branch - the type checker knows that the match is exhaustive
            logger.info("Item removed", expired=change.has_expired)
    return None


def parse_order(image: dict[str, Any]) -> Order:
    """Return the order in an item.

    Raises:
        RejectedOrderError: it is invalid.
    """
    try:
        return Order.model_validate(image)
    except ValidationError as error:
        raise RejectedOrderError(field_errors(error)) from None  # the original error would echo input


def check_unchanged(change: Change) -> None:
    """Log a change that leaves the order as it is, such as of an attribute that another service adds.

    Raises:
        RejectedOrderError: a field of the order changed.
    """
    changed = [name for name in Order.model_fields if change.old.get(name) != change.new.get(name)]
    if changed:
        message = "The order was changed after it was confirmed"
        raise RejectedOrderError([FieldError(field=name, code="order_changed", message=message) for name in changed])
    logger.info("Item changed, order unchanged")
{% if cookiecutter.idempotency %}


def read_sent(record: Record) -> Any:
    """Return the order in the new image of `record` as it was sent."""
    return read_image(record["dynamodb"]["NewImage"])
{% endif %}
{% if not cookiecutter.__stored %}


{% include 'storage/base/from_attribute.py' %}
{% endif %}
