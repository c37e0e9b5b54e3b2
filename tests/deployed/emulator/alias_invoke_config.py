"""Lambda takes retries and destinations of an invocation from the alias; ministack 1.5.33 looks at the version only."""

from typing import Any

from ministack.services import lambda_svc

Record = dict[str, Any]


def fill() -> None:
    """Invoke a version with the configuration of the alias that stands for it."""
    invoke = lambda_svc.invoke_async_with_retry

    def invoke_with_config(record: Record, event: Record) -> None:
        invoke({**record, "event_invoke_config": find_config(record)}, event)

    lambda_svc.invoke_async_with_retry = invoke_with_config


def find_config(record: Record) -> Record | None:
    """Return the configuration of the alias that stands for the version in `record`, if there is one."""
    function = lambda_svc._functions[record["config"]["FunctionName"]]
    for name, alias in function["aliases"].items():
        if alias["FunctionVersion"] == record["config"]["Version"]:
            found: Record | None = function["event_invoke_configs"].get(name)
            return found
    return None
