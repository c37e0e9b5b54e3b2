"""Reserved concurrency is that of all versions; ministack 1.5.33 looks for it in the version that an alias names."""

from typing import Any

from ministack.services import lambda_svc


def fill() -> None:
    """Limit a version by the concurrency of its function."""
    reserved = lambda_svc._reserved_concurrency

    def of_function(version: dict[str, Any], config: dict[str, Any]) -> int | None:
        limit: int | None = reserved(lambda_svc._functions.get(config["FunctionName"], version), config)
        return limit

    lambda_svc._reserved_concurrency = of_function
