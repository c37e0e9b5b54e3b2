{% extends 'storage/dynamodb/orders.py' %}
{% block process %}
def process_orders(orders: Collection[Order], *, deadline: float) -> dict[str, Outcome]:
    """Confirm `orders`, keep them, log their ids and count them; a known order has no second effect.

    Args:
        orders: at most `repository.MAX_BATCH` orders, with different ids.
        deadline: until when to try again what DynamoDB leaves unprocessed; a value of `time.monotonic()`.

    Returns:
        The outcome of each order, by id; no order keeps the others from being processed.

    Raises:
        UnavailableError: orders could not be kept until `deadline`; some of them may be kept.
    """
    known = repository.find_all([order.order_id for order in orders], deadline=deadline)
    outcomes: dict[str, Outcome] = {}
    new: list[KeptOrder] = []
    for order in orders:
        match confirm_or_answer(order, known.get(order.order_id)):
            case KeptOrder() as confirmed:
                new.append(confirmed)
            case outcome:
                outcomes[order.order_id] = outcome
    outcomes |= add_orders(new, deadline=deadline)
    if faster := [order for order in orders if order.order_id not in outcomes]:  # another invocation added them
        outcomes |= process_orders(faster, deadline=deadline)
    return outcomes


def confirm_or_answer(order: Order, known: KeptOrder | None) -> KeptOrder | Outcome:
    """Return a new order, to be kept, or the outcome of one that is `known`, or cannot be confirmed."""
    try:
        return answer_again(known, order) if known else confirm(order)
    except Exception as error:  # noqa: BLE001 - the caller logs it
        return error


def add_orders(new: list[KeptOrder], *, deadline: float) -> dict[str, Outcome]:
    """Keep `new` orders; return the outcome of each but those that another invocation has added in the meantime."""
    outcomes: dict[str, Outcome] = {}
    results = repository.add_all(new, deadline=deadline) if new else {}
    for order in new:
        match results[order.order_id]:
            case "added":
                report_confirmed(order.order_id)
                outcomes[order.order_id] = order.confirmation
            case "too_large":
                outcomes[order.order_id] = OrderTooLargeError()
            case "known":  # pragma: no branch - the type checker knows that the match is exhaustive
                pass
    return outcomes


{% endblock %}
