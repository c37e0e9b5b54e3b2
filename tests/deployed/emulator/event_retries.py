"""EventBridge and Scheduler invoke asynchronously, with retries and destinations; ministack 1.5.33 invokes once."""

import json

from ministack.services import eventbridge, lambda_svc


def fill() -> None:
    """Invoke functions as every other source of asynchronous events does."""
    eventbridge._dispatch_to_lambda = invoke


def invoke(arn: str, payload: str) -> None:
    """Queue an asynchronous invocation."""
    function, config, _ = lambda_svc._get_func_record_for_ref(arn)
    if function is not None:
        record = lambda_svc._execution_record_for_config(function, config)
        lambda_svc.invoke_async_with_retry(record, json.loads(payload))
