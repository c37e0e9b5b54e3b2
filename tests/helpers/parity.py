"""A small model of what a template deploys to a stage, whichever tool wrote it: what its operators would ask.

Parameters have their defaults. What tools name or write differently has one form: references, policies, routes.
"""

import functools
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

from helpers.resolution import Template, resolve

Properties = dict[str, Any]

# What the CDK's grants allow as well: other actions on the same queue, stream or key, and $LATEST beside the versions.
GRANTED_AS_WELL = re.compile(
    r"(dynamodb:ListStreams|kinesis:(DescribeStreamConsumer|ListStreams|SubscribeToShard)|kms:(Encrypt|ReEncrypt\*)"
    r"|sqs:(ChangeMessageVisibility|GetQueueAttributes|GetQueueUrl)) on "
    r"|lambda:InvokeFunction on \$\{AWS::Lambda::Function:FunctionName\.Arn\}$"
)
# Two ways to write the same.
SAME = {
    "GenerateDataKey*": "GenerateDataKey",
    "${AWS::KMS::Key.Arn}": "${AWS::KMS::Key}",
    "part 6 of ${AWS::Lambda::Alias} at ::live": "${AWS::Lambda::Alias}",
    "part 7 of ${AWS::Lambda::Alias} at :": "live",
    "Target0": "Function",
    "expr_1": "total",
    # SAM's role cannot name the group, which needs the role first.
    "deploymentgroup:${AWS::CodeDeploy::Application}/${AWS::CodeDeploy::DeploymentGroup}": (
        "deploymentgroup:${AWS::CodeDeploy::Application}/*"
    ),
}
# The location of the code, tags, what the model says elsewhere; and a sum, which SAM makes for the longest window.
NOISE = {"Code", "Role", "Tags", "VisibilityTimeout"}
# What is so by default.
OFF = {"SSEType": "KMS", "SnapStart": {"ApplyOn": "None"}, "State": "ENABLED"}
# What keeps data, what invokes the function apart from an API, and what releases it.
DATA = (
    "AWS::DynamoDB::Table",
    "AWS::Kinesis::Stream",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::SNS::Topic",
)
SOURCES = (
    "AWS::Events::Rule",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::SNS::Subscription",
    "AWS::Scheduler::Schedule",
)
RELEASES = ("AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup", "AWS::Lambda::Alias")


def model_of(template: Template, stack: str) -> dict[str, Any]:
    """Return what `template` deploys as the stack of that name."""
    deployed = Deployed(resolve(template, stack))
    return {
        "description": template["Description"],
        "outputs": {name: each["Description"] for name, each in template["Outputs"].items()},
        "functions": deployed.by_name("AWS::Lambda::Function"),
        "permissions": {name: sorted(set(found)) for name, found in deployed.permissions().items()},
        "resource policies": sorted(set(deployed.resource_policies())),
        "data": {kind: deployed.by_name(kind) for kind in DATA},
        "sources": {kind: deployed.by_name(kind) for kind in SOURCES},
        "api": deployed.api(),
        "urls": deployed.urls(),
        "alarms": deployed.by_name("AWS::CloudWatch::Alarm"),
        "releases": {kind: deployed.by_name(kind) for kind in RELEASES},
    }


class Deployed:
    """The resources of a template, with names that do not depend on the tool."""

    def __init__(self, template: Template) -> None:
        self._resources: dict[str, Any] = template["Resources"]
        self._outputs = {target(each["Value"]): name for name, each in template["Outputs"].items()}
        self._names = {logical_id: self._name(logical_id) for logical_id in self._resources}
        # SAM names an alarm where a reference would be circular.
        self._alarms: dict[str, str] = {}
        for alarm, properties in self.of("AWS::CloudWatch::Alarm"):
            if isinstance(name := self.simple(properties.get("AlarmName")), str) and "Version" not in name:
                self._alarms[name] = f"${{{self._names[alarm]}}}"

    def _name(self, logical_id: str) -> str:
        """Return the name of a resource: its type, and what tells it apart from others of that type."""
        kind, properties = self._resources[logical_id]["Type"], self._resources[logical_id].get("Properties", {})
        match kind:
            case "AWS::IAM::Role":
                return f"role of {self._user_of(logical_id)}"
            case "AWS::CloudWatch::Alarm":
                return str(properties["AlarmDescription"])
            case _:
                return ":".join(filter(None, [kind, self._outputs.get(logical_id)]))

    def _user_of(self, role: str) -> str:
        """Return which function has the role, or else which service."""
        for function, properties in self.of("AWS::Lambda::Function"):
            if target(properties["Role"]) == role:
                return self._name(function)
        trust = json.dumps(self._resources[role]["Properties"]["AssumeRolePolicyDocument"])
        return ", ".join(sorted(re.findall(r"([a-z0-9]+)\.amazonaws\.com", trust)))

    def of(self, kind: str) -> Iterator[tuple[str, Properties]]:
        """Yield the logical id and the properties of each resource of a type."""
        for logical_id, each in self._resources.items():
            if each["Type"] == kind:
                yield logical_id, each.get("Properties", {})

    def by_name(self, kind: str) -> dict[str, Any]:
        """Return the properties of each resource of a type, and what happens to it when it is deleted."""
        found = {}
        for logical_id, properties in self.of(kind):
            policies = {key: each for key, each in self._resources[logical_id].items() if key.endswith("Policy")}
            kept = {key: each for key, each in properties.items() if key not in NOISE}
            simple, name = self.simple(kept | policies), self._names[logical_id]
            found[name] = {key: each for key, each in simple.items() if each != f"${{{name}}}"}
        return found

    def permissions(self) -> dict[str, list[str]]:
        """Return what each role may do, and what its policies do not say: managed ones, a boundary."""
        found: dict[str, list[str]] = {self._names[role]: [] for role, _ in self.of("AWS::IAM::Role")}
        for role, properties in self.of("AWS::IAM::Role"):
            for policy in properties.get("Policies", []):
                found[self._names[role]] += self._allowed(policy["PolicyDocument"])
            found[self._names[role]] += [
                f"as {arn}" for arn in map(self.simple, properties.get("ManagedPolicyArns", []))
            ]
        for _, properties in self.of("AWS::IAM::Policy"):
            for role in properties["Roles"]:
                found[self._names[str(target(role))]] += self._allowed(properties["PolicyDocument"])
        return found

    def resource_policies(self) -> Iterator[str]:
        """Yield who else may do what, or may not."""
        for kind in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"):
            for _, properties in self.of(kind):
                yield from self._allowed(properties["PolicyDocument"])
        for _, properties in self.of("AWS::KMS::Key"):
            yield from self._allowed(properties["KeyPolicy"])
        for _, properties in self.of("AWS::Lambda::Permission"):
            simple = self.simple(properties)
            source = re.sub(r"/\*/(\*|[A-Z]+)/", "/*/*/", simple.get("SourceArn", "anywhere"))
            source = re.sub(r"/{\w+}", "/*", source)  # a path parameter, which SAM replaces
            invoked = simple["FunctionName"].replace(".Arn}", "}")
            yield f"{simple['Principal']}: {simple['Action']} on {invoked} from {source}"

    def _allowed(self, document: dict[str, Any]) -> list[str]:
        """Return a line for each action and resource in the statements of `document`."""
        lines = []
        for each in map(self.simple, document["Statement"]):
            principal = as_list(each.get("Principal", "it"))[0]
            who = principal if isinstance(principal, str) else ", ".join(map(str, principal.values()))
            condition = f" if {json.dumps(each['Condition'], sort_keys=True)}" if "Condition" in each else ""
            actions = set(as_list(each["Action"]))
            resources = [name for name in as_list(each["Resource"]) if not name.endswith(":key/none")]
            lines += [
                f"{who}: {each['Effect']} {action} on {resource}{condition}"
                for action, resource in itertools.product(sorted(actions), resources)
            ]
        return [line for line in lines if not GRANTED_AS_WELL.search(line)]

    def api(self) -> dict[str, Any]:
        """Return the API's name, its routes with their authorization and target, and the settings of its stage."""
        apis, stages = list(self.of("AWS::ApiGatewayV2::Api")), self.of("AWS::ApiGatewayV2::Stage")
        if not apis:
            return {}
        ((_, api),) = apis
        stage = {key: each for _, properties in stages for key, each in properties.items()}
        return {
            "name": api["Name"] if "Name" in api else api["Body"]["info"]["title"],
            "routes": dict([*self._routes_of_body(api), *self._routes()]),
            "stage": self.simple({key: value for key, value in stage.items() if key not in {"ApiId", "Tags"}}),
        }

    def urls(self) -> dict[str, Any]:
        """Return each function URL, with the aliases that it invokes: the CDK names them by function and qualifier."""
        found = {}
        for url, properties in self.of("AWS::Lambda::Url"):
            named = target(properties["TargetFunctionArn"]), properties.get("Qualifier")
            aliases = [
                self._names[alias]
                for alias, each in self.of("AWS::Lambda::Alias")
                if named in {(alias, None), (target(each["FunctionName"]), each["Name"])}
            ]
            others = {key: each for key, each in properties.items() if key not in {"Qualifier", "TargetFunctionArn"}}
            found[self._names[url]] = self.simple(others | {"invokes": aliases})
        return found

    def _routes_of_body(self, api: Properties) -> Iterator[tuple[str, str]]:
        """Yield the routes that SAM writes into one document."""
        for path, operations in api.get("Body", {}).get("paths", {}).items():
            for method, operation in operations.items():
                ((authorization,),) = operation["security"]
                integration = operation["x-amazon-apigateway-integration"]
                function = self._names[str(target(integration["uri"]))]
                yield (
                    f"{method.upper()} {path}",
                    f"{authorization} {function} {integration['payloadFormatVersion']}",
                )

    def _routes(self) -> Iterator[tuple[str, str]]:
        """Yield the routes that the CDK makes a resource each."""
        integrations = dict(self.of("AWS::ApiGatewayV2::Integration"))
        for _, route in self.of("AWS::ApiGatewayV2::Route"):
            integration = integrations[str(target(route["Target"]))]
            function = self._names[str(target(integration["IntegrationUri"]))]
            yield route["RouteKey"], f"{route['AuthorizationType']} {function} {integration['PayloadFormatVersion']}"

    def simple(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return `value` with references by name, texts joined, and numbers as text."""
        match value:
            case list():
                return sorted((self.simple(each) for each in value), key=functools.partial(json.dumps, sort_keys=True))
            case dict():
                if (text := self._text(value)) is not None:
                    return self.simple(text)
                simple = {key: self.simple(each) for key, each in value.items()}
                return {key: each for key, each in simple.items() if each != OFF.get(key)}
            case bool() | int() | float():
                return json.dumps(value)
            case None:
                return None
            case _:
                text = functools.reduce(lambda text, same: text.replace(*same), SAME.items(), value)
                return self._alarms.get(text) or embedded(text)

    def _text(self, value: dict[str, Any]) -> str | None:
        """Return what an intrinsic function stands for, with `${…}` for what only a deployment knows."""
        match value:
            case {"Ref": name} | {"Fn::GetAtt": str(name)}:
                return self._reference(name)
            case {"Fn::GetAtt": [logical_id, attribute]}:
                return self._reference(f"{logical_id}.{attribute}")
            case {"Fn::Join": [separator, parts]}:
                return str(separator.join(str(self.simple(part)) for part in parts))
            case {"Fn::Sub": [text, variables]}:
                known = {name: str(self.simple(part)) for name, part in variables.items()}
                return re.sub(r"\$\{([\w.:]+)}", lambda found: known.get(found[1], self._reference(found[1])), text)
            case {"Fn::Select": [index, {"Fn::Split": [separator, text]}]}:
                return f"part {index} of {self.simple(text)} at {separator}"
        return None

    def _reference(self, name: str) -> str:
        """Return the reference `${name}` with the name that does not depend on the tool."""
        logical_id, dot, attribute = name.partition(".")
        if self._resources.get(logical_id, {}).get("Type") == "AWS::Scheduler::ScheduleGroup":
            return str(self.simple(self._resources[logical_id]["Properties"]["Name"]))
        return f"${{{self._names.get(logical_id, logical_id)}{dot}{attribute}}}"


def embedded(text: str) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON that is embedded in a text, parsed."""
    return json.loads(text) if text.startswith("{") else text


def as_list(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    """Return `value` as a list, if it is none yet."""
    return value if isinstance(value, list) else [value]


def target(value: Any) -> str | None:  # noqa: ANN401 - any JSON
    """Return the logical id that `value` refers to, or the first that it mentions."""
    found = re.search(r'"(?:Ref|Fn::GetAtt)": \[?"(\w+)"', json.dumps(value)) or re.search(r"\$\{(\w+)[.}]", str(value))
    return found[1] if found else None
