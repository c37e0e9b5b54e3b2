"""A model of what a CloudFormation template deploys, independent of the tool that wrote it.

Tools name resources differently, write references differently, and SAM describes an API in one body where the CDK makes
routes. All else must be the same, to the property.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

Template = dict[str, Any]

# Added by the tools.
OWN_RESOURCES = {"AWS::CDK::Metadata"}
OWN_PARAMETERS = {"BootstrapVersion"}
# The location of the code, SAM's tag, and an attribute of versions that SAM cannot set.
NOISE = {"AWS::Lambda::Function": {"Code", "Tags"}, "AWS::Lambda::Version": {"UpdateReplacePolicy"}}
ATTRIBUTES = {"Condition", "DeletionPolicy", "UpdatePolicy", "UpdateReplacePolicy"}
# Properties that differ between a zip archive and an image.
PACKAGE = {"Handler", "PackageType", "Runtime"}


def model_of(template: Template) -> Template:
    """Return the model of `template`: its parameters, mappings, conditions, outputs, and resources by type."""
    names = name_resources(template)
    resources: dict[str, list[Any]] = {}
    for resource in template["Resources"].values():
        kind = resource["Type"]
        if kind in OWN_RESOURCES or kind.startswith("AWS::ApiGatewayV2::"):
            continue
        noise = NOISE.get(kind, set())
        kept = {key: resource[key] for key in ATTRIBUTES - noise if key in resource}
        properties = {name: value for name, value in resource["Properties"].items() if name not in noise}
        if "DeploymentConfigName" in properties:
            # Only in this property, SAM replaces parameters with their defaults.
            properties["DeploymentConfigName"] = with_defaults(properties["DeploymentConfigName"], template)
        resources.setdefault(kind, []).append(simplify(properties | kept, names))
    return {
        "description": template["Description"],
        "parameters": {name: value for name, value in template["Parameters"].items() if name not in OWN_PARAMETERS},
        "mappings": template["Mappings"],
        "conditions": {name: simplify(value, names) for name, value in template["Conditions"].items()},
        "outputs": {name: simplify(value, names) for name, value in template["Outputs"].items()},
        "resources": {kind: sorted(found, key=as_text) for kind, found in resources.items()},
        "dependencies": dependencies(template, names),
        "api": simplify(api_of(template, names), names),
    }


def with_defaults(value: Any, template: Template) -> Any:  # noqa: ANN401 - any JSON
    """Return `value` with the default of each parameter."""
    match value:
        case {"Ref": name}:
            return template["Parameters"][name]["Default"]
        case {"Fn::FindInMap": [*keys]}:
            mapping, first, second = (with_defaults(key, template) for key in keys)
            return template["Mappings"][mapping][first][second]
        case {"Fn::If": [condition, given, otherwise]}:
            first, second = (with_defaults(each, template) for each in template["Conditions"][condition]["Fn::Equals"])
            return with_defaults(given if first == second else otherwise, template)
        case _:
            return value


def without_package(model: Template) -> Template:
    """Return `model` without the properties that depend on the package type."""
    functions = model["resources"]["AWS::Lambda::Function"]
    kept = [{key: value for key, value in each.items() if key not in PACKAGE} for each in functions]
    return model | {"resources": model["resources"] | {"AWS::Lambda::Function": kept}}


def as_text(value: object) -> str:
    """Return `value` as JSON, to sort by."""
    return json.dumps(value, sort_keys=True)


def name_resources(template: Template) -> dict[str, str]:
    """Return a name for each logical id that does not depend on the tool: its type, and what tells it apart."""
    outputs = {target(output["Value"]): name for name, output in template["Outputs"].items()}
    names = {}
    for logical_id, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        trusted = re.search(r"(\w+)\.amazonaws\.com", json.dumps(properties.get("AssumeRolePolicyDocument")))
        names[logical_id] = ":".join(
            part for part in (resource["Type"], outputs.get(logical_id), trusted and trusted[1]) if part
        )
    return names


def target(value: Any) -> str | None:  # noqa: ANN401 - any JSON
    """Return the logical id that `value` refers to, or the first that it mentions."""
    found = re.search(r'"(?:Ref|Fn::GetAtt)": \[?"(\w+)"', json.dumps(value)) or re.search(r"\$\{(\w+)[.}]", str(value))
    return found[1] if found else None


def simplify(value: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
    """Return `value` with references by name, texts joined, policies and embedded JSON in one form."""
    if isinstance(value, list):
        return [simplify(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and (text := intrinsic(value, names)) is not None:
        return embedded(text)
    if "Statement" in value:
        return sorted((statement(each, names) for each in value["Statement"]), key=as_text)
    simple = {key: embedded(simplify(each, names)) for key, each in value.items() if key != "PolicyName"}
    if simple.get("Principal") == "apigateway.amazonaws.com":
        # The CDK's permission names the function by its ARN, SAM's the method as well; there is one for each path.
        simple["FunctionName"] = simple["FunctionName"].replace(".Arn}", "}")
        simple["SourceArn"] = re.sub(r"/\*/(\*|[A-Z]+)/", "/*/*/", simple["SourceArn"])
    return simple


def intrinsic(value: dict[str, Any], names: dict[str, str]) -> str | None:
    """Return the result of an intrinsic function, with `${…}` for values that are known at deployment only."""
    ((function, argument),) = value.items()
    if function == "Ref":
        return f"${{{names.get(argument, argument)}}}"
    if function == "Fn::GetAtt":
        logical_id, attribute = argument.split(".") if isinstance(argument, str) else argument
        return f"${{{names[logical_id]}.{attribute}}}"
    if function == "Fn::Join":
        separator, parts = argument
        return str(separator.join(str(simplify(part, names)) for part in parts))
    if function == "Fn::Sub":
        text, variables = argument if isinstance(argument, list) else (argument, {})
        known = {name: str(simplify(part, names)) for name, part in variables.items()}
        return re.sub(r"\$\{([\w.:]+)}", lambda found: known.get(found[1], reference(found[1], names)), text)
    if function.startswith("Fn::"):
        return f"{function}{json.dumps(simplify(argument, names))}"
    return None


def reference(name: str, names: dict[str, str]) -> str:
    """Return what `${name}` stands for in a text."""
    logical_id, _, attribute = name.partition(".")
    return f"${{{names.get(logical_id, logical_id)}{'.' if attribute else ''}{attribute}}}"


def embedded(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON that is embedded in a text, parsed."""
    return json.loads(value) if isinstance(value, str) and value.startswith("{") else value


def statement(value: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Return a policy's statement with lists in order; its id is for readers only."""
    simple = {key: simplify(each, names) for key, each in value.items() if key != "Sid"}
    for key in ("Action", "Resource"):
        if key in simple:
            simple[key] = sorted(simple[key] if isinstance(simple[key], list) else [simple[key]])
    if simple.get("Principal") == {"AWS": "*"}:
        simple["Principal"] = "*"
    return simple


def dependencies(template: Template, names: dict[str, str]) -> list[tuple[str, str]]:
    """Return the dependencies of the bucket; elsewhere, references imply them."""
    listed: Iterable[tuple[str, Any]] = (
        (names[logical_id], resource.get("DependsOn", []))
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::S3::Bucket"
    )
    return [(name, names[each]) for name, waits in listed for each in ([waits] if isinstance(waits, str) else waits)]


def api_of(template: Template, names: dict[str, str]) -> dict[str, Any]:
    """Return the API's name, its routes with their authorization and target, and the settings of its stage."""

    def of_type(kind: str) -> dict[str, dict[str, Any]]:
        return {key: each["Properties"] for key, each in template["Resources"].items() if each["Type"] == kind}

    def route(authorization: str, uri: object, payload: str) -> dict[str, str]:
        return {"authorization": authorization, "function": names[str(target(uri))], "payload": payload}

    apis = list(of_type("AWS::ApiGatewayV2::Api").values())
    if not apis:
        return {}
    (api,), (stage,) = apis, of_type("AWS::ApiGatewayV2::Stage").values()
    routes = {}
    for path, operations in api.get("Body", {}).get("paths", {}).items():
        for method, operation in operations.items():
            ((authorization,),) = operation["security"]
            integration = operation["x-amazon-apigateway-integration"]
            routes[f"{method.upper()} {path}"] = route(
                authorization, integration["uri"], integration["payloadFormatVersion"]
            )
    integrations = of_type("AWS::ApiGatewayV2::Integration")
    for properties in of_type("AWS::ApiGatewayV2::Route").values():
        integration = integrations[str(target(properties["Target"]))]
        routes[properties["RouteKey"]] = route(
            properties["AuthorizationType"], integration["IntegrationUri"], integration["PayloadFormatVersion"]
        )
    return {
        "name": api["Name"] if "Name" in api else api["Body"]["info"]["title"],
        "routes": routes,
        "stage": {key: value for key, value in stage.items() if key not in {"ApiId", "Tags"}},
    }
