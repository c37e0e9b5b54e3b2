{% extends 'event_source/' ~ cookiecutter.event_source ~ '/handler.py' %}
{% block stdlib %}
import time
from collections.abc import Iterator
{% endblock %}
{% block orders %}
from .orders import Outcome, RejectedOrderError, health_check_response, process_orders
from .repository import MAX_BATCH
{% endblock %}
{% block constants %}
# What is left of the invocation when nothing is tried again: enough for an attempt that fails, and for the report.
RESERVED_SECONDS = 5

Batch = dict[str, tuple[int, Order]]
"""The number of the line of each order, and the order, by its id."""
{% endblock %}
{% block parameter %}, context: LambdaContext{% endblock %}
{% block argument %}, context{% endblock %}
{% block lines %}
        for batch in read_batches(report, location):
            process_batch(report, batch, deadline=deadline)
{% endblock %}
{% block deadline %}
    deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - RESERVED_SECONDS
{% endblock %}
{% block line %}
def read_batches(report: Report, location: Location) -> Iterator[Batch]:
    """Yield the orders in the object at `location` in batches, and add the invalid lines to `report`.

    Raises:
        RejectedObjectError: the object can never be read to its end; what was read before is processed.
    """
    batch: Batch = {}
    try:
        for number, line in read_lines(location):
            try:
                order = parse_order(line)
            except RejectedOrderError as error:
                add_outcome(report, number, error)
                continue
            if len(batch) == MAX_BATCH or order.order_id in batch:
                yield batch
                batch = {}
            batch[order.order_id] = (number, order)
    except RejectedObjectError:
        yield batch
        raise
    yield batch


def process_batch(report: Report, batch: Batch, *, deadline: float) -> None:
    """Process the orders in `batch`, and add the results to `report`."""
    try:
        outcomes = process_orders([order for _, order in batch.values()], deadline=deadline) if batch else {}
    except Exception as error:  # noqa: BLE001 - it is logged with each line
        outcomes = dict.fromkeys(batch, error)
    for order_id, (number, _) in batch.items():
        add_outcome(report, number, outcomes[order_id])


def add_outcome(report: Report, number: int, outcome: Outcome) -> None:
    """Add the result of a line to `report`."""
    match outcome:
        case RejectedOrderError():
            report.rejected_count += 1
            if report.rejected_count <= MAX_LOGGED_LINES:
                logger.error("Line rejected", line=number, fields=outcome.fields)
                report.rejected.append(RejectedLine(number=number, reason=str(outcome)))
        case Exception():  # the whole object fails, after all lines were tried
            report.failed_count += 1
            if report.failed_count <= MAX_LOGGED_LINES:
                logger.error("Line failed", line=number, exc_info=report.failed_count <= MAX_TRACEBACKS and outcome)
                report.failed.append(number)
        case _:
            report.confirmed_count += 1
{% endblock %}
