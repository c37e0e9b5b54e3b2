"""API Gateway makes routes of the OpenAPI document in an HTTP API's `Body`; ministack 1.5.33 ignores it."""

from typing import Any

from ministack.services.cloudformation import provisioners

KIND = "AWS::ApiGatewayV2::Api"
ANY = "x-amazon-apigateway-any-method"
Properties = dict[str, Any]


def fill() -> None:
    """Import the document of an API when it is created or changed."""
    handler = provisioners._RESOURCE_HANDLERS[KIND]

    def create(logical_id: str, properties: Properties, stack_name: str) -> Any:
        title = {"Name": properties["Body"]["info"]["title"]} if "Body" in properties else {}
        created = handler["create"](logical_id, {**title, **properties}, stack_name)
        return import_body(created, properties)

    def update(physical_id: str, old: Properties, new: Properties, *rest: str) -> Any:
        return import_body(handler["update"](physical_id, old, new, *rest), new)

    provisioners._RESOURCE_HANDLERS[KIND] = {**handler, "create": create, "update": update}


def import_body(handled: tuple[str, Properties], properties: Properties) -> tuple[str, Properties]:
    """Make the routes and integrations of the API's document, in place of those that it has."""
    api = handled[0]
    if "Body" in properties:
        provisioners._apigw_v2._routes[api], provisioners._apigw_v2._integrations[api] = {}, {}
        for path, methods in properties["Body"]["paths"].items():
            for method, operation in methods.items():
                make_route(api, route_key(path, method), operation)
    return handled


def route_key(path: str, method: str) -> str:
    """Return how a route of an API is named."""
    return "$default" if path == "/$default" else f"{'ANY' if method == ANY else method.upper()} {path}"


def make_route(api: str, key: str, operation: dict[str, Any]) -> None:
    """Make a route and its integration."""
    described = operation["x-amazon-apigateway-integration"]
    integration, _ = provisioners._apigw_v2_integration_create(
        "",
        {
            "ApiId": api,
            "IntegrationMethod": described["httpMethod"],
            "IntegrationType": described["type"].upper(),
            "IntegrationUri": described["uri"],
            "PayloadFormatVersion": described["payloadFormatVersion"],
        },
        "",
    )
    is_signed = any("AWS_IAM" in scheme for scheme in operation.get("security", []))
    route = {"ApiId": api, "RouteKey": key, "Target": f"integrations/{integration}"}
    provisioners._apigw_v2_route_create("", {**route, "AuthorizationType": "AWS_IAM" if is_signed else "NONE"}, "")
