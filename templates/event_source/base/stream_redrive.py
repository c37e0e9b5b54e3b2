{% extends 'event_source/base/redrive.py' %}
{% set slowest, hidden_seconds = 'processing what ten messages hold takes', 900 %}
{% block docstring %}Let the function process the records that are in the on-failure destination, or that a message there points to.{% endblock %}
{% block stdlib required %}{% endblock %}
{% block queues %}"FailureQueueUrl"{% endblock %}
{% block botocore %}
from botocore.config import Config
{% endblock %}
{% block hidden %}
# Longer than processing what ten messages hold takes; after that, messages that were not deleted are visible again.
HIDDEN_SECONDS = 900
{% endblock %}
{% block newer %}
        for each in messages:
            if each not in old:  # rejected again just now
                sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"], VisibilityTimeout=0)
{% endblock %}
{% block redrive %}
# The function's timeout is shorter, and an invocation must not be repeated while the first one runs.
INVOKING = CONFIG.merge(Config(read_timeout=60, retries={"total_max_attempts": 1}))
PROCESSED: dict[str, list[Any]] = {"batchItemFailures": []}


class UnprocessedError(Exception):
    """A message must stay in the queue; why."""


def read_events(session: boto3.Session, body: str) -> list[Any]:
    """Return an event for each record of a message: the record itself, or those that Lambda gave up on.

    Raises:
        ValueError: the body is not JSON.
        UnprocessedError: the stream no longer has the records.
    """
    match read_event(body):
        case {"{{ batch_info }}": dict() as batch}:
            records = read_records(session, batch)
            if len(records) < batch["batchSize"]:
                message = "records that it points to are no longer in the stream"
                raise UnprocessedError(message)
            return [{"Records": [record]} for record in records]
        case event:
            return [event]


{% block read_records required %}{% endblock %}
def process(invoker: Any, function: str, event: Any) -> None:
    """Invoke the alias of `function` with `event`, and wait: asynchronously, Lambda would ignore a failed record.

    Raises:
        UnprocessedError: the function does not report success.
    """
    response = invoker.invoke(FunctionName=function, Qualifier="live", Payload=json.dumps(event))
    text: str = response["Payload"].read().decode()
    if "FunctionError" in response or json.loads(text) != PROCESSED:
        message = f"the function returned {text}"
        raise UnprocessedError(message)


def count_processed(session: boto3.Session, function: str, message: dict[str, Any]) -> int:
    """Let the alias of `function` process what `message` holds or points to; return how many records, or 0."""
    invoker = session.client("lambda", config=INVOKING)
    try:
        events = read_events(session, message["Body"])
        for event in events:
            process(invoker, function, event)
    except (ValueError, UnprocessedError) as error:
        print(f"redrive: message {message['MessageId']} stays in the queue: {error}", file=sys.stderr)
        return 0
    return len(events)


def redrive(session: boto3.Session, function: str, url: str) -> Outcome:
    """Let the alias of `function` process one message after the other of the queue at `url`."""
    sqs = session.client("sqs", config=CONFIG)
    outcome = Outcome()
    left: list[str] = []
    for message in receive(sqs, url, time.time()):
        if count := count_processed(session, function, message):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            outcome.sent += count
        else:
            left.append(message["ReceiptHandle"])
    for handle in left:  # not before the end, or they would be received again
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    outcome.left = len(left)
    return outcome
{% endblock %}
{% block left %}
        sys.exit(f"redrive: messages left: {left}; fix the cause, or read them in the queue and delete them there")
{% endblock %}
