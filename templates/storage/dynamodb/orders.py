class OrderConflictError(RejectedOrderError):
    """Another order with the same id is kept."""

    def __init__(self) -> None:
        """Set the error of the field that holds the id."""
        message = "This order id was used before, with other content"
        super().__init__([FieldError(field="order_id", code="order_id_used", message=message)])


class OrderTooLargeError(RejectedOrderError):
    """The order and its confirmation are larger than an item of a table may be."""

    def __init__(self) -> None:
        """Set an error of the whole order."""
        super().__init__([FieldError(field="", code="order_too_large", message="The order is too large to be kept")])


{% block process %}
def process_order(order: Order) -> dict[str, Any]:
    """Confirm `order`, keep it, log its id and count it; a known order is answered as before, with no second effect.

    Returns:
        The fields of the confirmation, in the version that confirmed the order.

    Raises:
        RejectedOrderError: a line names an unknown product.
        OrderConflictError: another order with the same id is kept.
        OrderTooLargeError: the order is too large to be kept.
        UnavailableError: orders cannot be kept now; retry later.
    """
    if known := repository.find(order.order_id):
        return answer_again(known, order)
    new = confirm(order)
    match repository.add(new):
        case "known":  # another invocation was faster
            return process_order(order)
        case "too_large":
            raise OrderTooLargeError
        case "added":  # pragma: no branch - the type checker knows that the match is exhaustive
            report_confirmed(order.order_id)
            return new.confirmation


{% if cookiecutter.__is_http %}
def find_confirmation(order_id: str) -> dict[str, Any] | None:
    """Return the fields of the confirmation of the order with this id; None if there is none.

    Raises:
        UnavailableError: orders cannot be read now; retry later.
    """
    known = repository.find(order_id)
    return known.confirmation if known else None


{% endif %}
{% endblock %}
def answer_again(known: KeptOrder, order: Order) -> dict[str, Any]:
    """Return the confirmation of `known`, which has the same id as `order`.

    Raises:
        OrderConflictError: it has other content.
    """
    if known.order != as_sent(order):
        raise OrderConflictError
    logger.info("Order known", order_id=order.order_id)
    return known.confirmation


def confirm(order: Order) -> KeptOrder:
    """Return `order` with its confirmation, to be kept.

    Raises:
        RejectedOrderError: a line names an unknown product.
    """
{% include 'storage/base/confirm.py' %}
    fields = confirmation.model_dump(mode="json")
    return KeptOrder(order_id=order.order_id, order=as_sent(order), confirmation=fields)


def as_sent(order: Order) -> dict[str, Any]:
    """Return what the customer sent: another version of the models may have other defaults."""
    return order.model_dump(mode="json", exclude_unset=True, by_alias=True)


def report_confirmed(order_id: str) -> None:
    """Log the id of a new order, and count it."""
    logger.info("Order confirmed", order_id=order_id)
    metrics.add_metric("OrdersConfirmed", MetricUnit.Count, 1)
