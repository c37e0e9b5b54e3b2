"""The address of an API resolves anywhere; ministack 1.5.33 makes it a subdomain of localhost, which often does not."""

import os
from typing import Any

from ministack.services.cloudformation import provisioners

KIND = "AWS::ApiGatewayV2::Api"


def fill() -> None:
    """Give an API the address under which ministack serves it by path."""
    handler = provisioners._RESOURCE_HANDLERS[KIND]
    provisioners._RESOURCE_HANDLERS[KIND] = {
        **handler,
        **{action: addressed(handler[action]) for action in ("create", "update")},
    }


def addressed(handle: Any) -> Any:
    """Return `handle` with another address in its answer."""

    def with_address(*arguments: object) -> tuple[str, dict[str, Any]]:
        physical_id, attributes = handle(*arguments)
        address = f"https://127.0.0.1:{os.environ['GATEWAY_PORT']}/_aws/execute-api/{physical_id}"
        return physical_id, {**attributes, "ApiEndpoint": address}

    return with_address
