"""Keeps rejected events in the queue that is the function's on-failure destination."""

import functools
import json
import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from .observability import logger
from .orders import settings


def keep_event(event: object, error: Exception, context: LambdaContext) -> None:
    """Send `event` to the on-failure destination, in the format in which Lambda sends failed ones.

    The invocation can then succeed: no retry, and no error in the metrics that a deployment's rollback depends on.

    Args:
        event: the event that can never succeed, as Lambda passed it.
        error: why; its message must be safe to log.
        context: the Lambda context.

    Raises:
        Exception: `error` itself, if `event` cannot be sent; after retries, Lambda sends it to the same queue.
    """
    try:
        body = json.dumps(failure_record(event, error, context), allow_nan=False)  # Lambda would not take NaN back
        sqs_client().send_message(QueueUrl=settings.failure_queue_url, MessageBody=body)
    except Exception as cause:  # noqa: BLE001 - whatever it is, Lambda retries the event
        logger.error("Event not kept", cause=repr(cause))  # a traceback may name fields of the event
        raise error from None


def failure_record(event: object, error: Exception, context: LambdaContext) -> dict[str, Any]:
    """Return the record of a failed invocation; see "Capturing records of Lambda asynchronous invocations"."""
    return {
        "version": "1.0",
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "requestContext": {
            "requestId": context.aws_request_id,
            "functionArn": context.invoked_function_arn,
            "condition": "Rejected",
            "approximateInvokeCount": 1,
        },
        "requestPayload": event,
        "responseContext": {
            "statusCode": 200,
            "executedVersion": context.function_version,
            "functionError": "Handled",
        },
        "responsePayload": {"errorType": type(error).__name__, "errorMessage": str(error)},
    }


@functools.cache
def sqs_client() -> Any:
    """Return the client, made for the first rejected event: importing boto3 would double each cold start."""
    import boto3
    from botocore.config import Config

    # With the import, both attempts take less than the function's timeout.
    config = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})
    return boto3.client("sqs", config=config)
