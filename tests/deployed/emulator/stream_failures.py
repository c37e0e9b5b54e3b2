"""Lambda splits a batch of a stream, retries, gives up, and says on what; ministack 1.5.33 repeats a batch for ever."""

import hashlib
import json
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.services import dynamodb_streams, lambda_svc, sqs

PAUSE_SECONDS = 0.2
# What the message to the destination calls the place of the records.
PLACES = {"aws:dynamodb": "DDBStreamBatchInfo", "aws:kinesis": "KinesisBatchInfo"}
Record = dict[str, Any]
polling: ContextVar[bool] = ContextVar("polling", default=False)


def fill() -> None:
    """Let what the pollers send to a function end as the settings of its mapping say, before they go on."""
    execute = lambda_svc._execute_function

    def execute_batch(function: Any, event: Any) -> Any:
        if not polling.get():
            return execute(function, event)
        records = event["Records"]
        return {"error": not Batch(find_mapping(records[0]["eventSourceARN"]), execute).process(records), "body": {}}

    lambda_svc._execute_function = execute_batch
    lambda_svc._poll_dynamodb_streams = marked(lambda_svc._poll_dynamodb_streams)
    lambda_svc._poll_kinesis = marked(lambda_svc._poll_kinesis)


def marked(poll: Callable[[], bool]) -> Callable[[], bool]:
    """Return `poll`, and let what it invokes be told apart from other invocations."""

    def poll_marked() -> bool:
        token = polling.set(True)
        try:
            return poll()
        finally:
            polling.reset(token)

    return poll_marked


def find_mapping(arn: str) -> dict[str, Any]:
    """Return the mapping that reads the stream with this ARN."""
    return next(each for _, _, each in lambda_svc._iter_all_esms() if each["EventSourceArn"] == arn)


def number_of(record: Record) -> str:
    """Return the sequence number of a record."""
    place = record.get("kinesis") or {}
    number: str = place.get("sequenceNumber") or record["dynamodb"]["SequenceNumber"]
    return number


def shard_of(record: Record) -> str:
    """Return the id of the shard that has `record`: the only one of a table."""
    shard: str = record["eventID"].partition(":")[0] if "kinesis" in record else dynamodb_streams._DEFAULT_SHARD_ID
    return shard


class Batch:
    """What is sent to a function until each record has ended."""

    def __init__(self, mapping: dict[str, Any], execute: Any) -> None:
        self.mapping, self.execute = mapping, execute
        self.retries = int(mapping.get("MaximumRetryAttempts", -1))

    @property
    def function(self) -> Any:
        """The version that gets traffic now, which may be a fix."""
        return lambda_svc._get_func_record_for_qualifier(self.mapping["FunctionName"], self.mapping["Qualifier"])[0]

    def process(self, records: list[Record]) -> bool:
        """Send `records`, what is left of them, halves of them, or the same again; return False if that is stopped."""
        waiting, retried = [records], 0
        while waiting:
            if not self.mapping.get("Enabled", True) or self.mapping["UUID"] not in lambda_svc._esms:
                return False
            batch = waiting.pop(0)
            position = self.first_unprocessed(batch)
            if position is None:
                retried = 0
            elif position:
                waiting.insert(0, batch[position:])
            elif self.mapping.get("BisectBatchOnFunctionError") and len(batch) > 1:
                waiting[:0] = [batch[: len(batch) // 2], batch[len(batch) // 2 :]]
            elif 0 <= self.retries <= retried:
                self.give_up(batch)
                retried = 0
            else:
                waiting.insert(0, batch)
                retried += 1
                time.sleep(PAUSE_SECONDS)
        return True

    def first_unprocessed(self, batch: list[Record]) -> int | None:
        """Send `batch`, and return the position of the first record to send again; None if all are processed."""
        result = self.execute(self.function, {"Records": batch})
        if result.get("error"):
            return 0
        body = result.get("body") or {}
        answer = json.loads(body) if isinstance(body, (bytes, str)) else body
        if "ReportBatchItemFailures" not in self.mapping["FunctionResponseTypes"]:
            return None
        failed = {each["itemIdentifier"] for each in answer.get("batchItemFailures", [])}
        return next((place for place, record in enumerate(batch) if number_of(record) in failed), None)

    def give_up(self, batch: list[Record]) -> None:
        """Send what Lambda sends of `batch` to the destination of the mapping, if there is one."""
        target = self.mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        if not target:
            return
        messages = sqs._queue_by_arn(target)["messages"]
        known = len(messages)
        # Sends the record of an asynchronous invocation, if the function's role may.
        lambda_svc._route_async_failure(target, self.mapping["FunctionName"], {}, {})
        for message in messages[known:]:
            body = json.dumps(self.pointer(batch))
            message |= {"body": body, "md5_body": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()}

    def pointer(self, batch: list[Record]) -> dict[str, Any]:
        """Return where `batch` is; see "Retain discarded batch records" in the Lambda developer guide."""
        first, last = batch[0], batch[-1]
        return {
            "requestContext": {"condition": "RetryAttemptsExhausted", "functionArn": self.mapping["FunctionArn"]},
            "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
            "version": "1.0",
            PLACES[first["eventSource"]]: {
                "shardId": shard_of(first),
                "startSequenceNumber": number_of(first),
                "endSequenceNumber": number_of(last),
                "batchSize": len(batch),
                "streamArn": first["eventSourceARN"],
            },
        }
