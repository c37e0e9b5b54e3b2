"""What AWS calls the resources of a stack: names that a template gives, and those that CloudFormation makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REGION = "eu-central-1"
ACCOUNT = "123456789012"
UUID = "1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d"
RANDOM = "Ab1Cd2Ef3Gh4"
NOTHING = object()

# By type: the property that holds the name, its longest name, and the ARN.
NAMED = {
    "AWS::CloudWatch::Alarm": ("AlarmName", 255, "cloudwatch:{region}:{account}:alarm:{name}"),
    "AWS::CloudWatch::Dashboard": ("DashboardName", 255, "cloudwatch::{account}:dashboard/{name}"),
    "AWS::CodeDeploy::Application": ("ApplicationName", 100, "codedeploy:{region}:{account}:application:{name}"),
    "AWS::CodeDeploy::DeploymentGroup": (
        "DeploymentGroupName",
        100,
        "codedeploy:{region}:{account}:deploymentgroup:{ApplicationName}/{name}",
    ),
    "AWS::DynamoDB::Table": ("TableName", 255, "dynamodb:{region}:{account}:table/{name}"),
    "AWS::Events::Rule": ("Name", 64, "events:{region}:{account}:rule/{name}"),
    "AWS::IAM::Role": ("RoleName", 64, "iam::{account}:role{Path}{name}"),
    "AWS::Kinesis::Stream": ("Name", 128, "kinesis:{region}:{account}:stream/{name}"),
    "AWS::Lambda::Function": ("FunctionName", 64, "lambda:{region}:{account}:function:{name}"),
    "AWS::Logs::LogGroup": ("LogGroupName", 512, "logs:{region}:{account}:log-group:{name}"),
    "AWS::S3::Bucket": ("BucketName", 63, "s3:::{name}"),
    "AWS::SNS::Topic": ("TopicName", 256, "sns:{region}:{account}:{name}"),
    "AWS::SQS::Queue": ("QueueName", 80, "sqs:{region}:{account}:{name}"),
    "AWS::Scheduler::Schedule": ("Name", 64, "scheduler:{region}:{account}:schedule/{GroupName}/{name}"),
    "AWS::Scheduler::ScheduleGroup": ("Name", 64, "scheduler:{region}:{account}:schedule-group/{name}"),
}
DEFAULTS = {"Path": "/", "GroupName": "default"}
# By type: the property that names another resource, of which it is a part, and what follows the ARN of that.
PARTS = {
    "AWS::Lambda::Alias": ("FunctionName", ":live"),
    "AWS::Lambda::EventInvokeConfig": ("FunctionName", ":live"),
    "AWS::Lambda::Permission": ("FunctionName", ""),
    "AWS::Lambda::Url": ("TargetFunctionArn", ":live"),
    "AWS::Lambda::Version": ("FunctionName", ":7"),
    "AWS::S3::BucketPolicy": ("Bucket", ""),
    "AWS::SNS::Subscription": ("TopicArn", ""),
    "AWS::SNS::TopicPolicy": ("Topics", ""),
    "AWS::SQS::QueuePolicy": ("Queues", ""),
}
# By type: the ARN, with an id that the service makes.
NUMBERED = {
    "AWS::ApiGatewayV2::Api": "apigateway:{region}::/apis/a1b2c3d4e5",
    "AWS::ApiGatewayV2::Stage": "apigateway:{region}::/apis/a1b2c3d4e5/stages/$default",
    "AWS::KMS::Key": "kms:{region}:{account}:key/{uuid}",
    "AWS::Lambda::EventSourceMapping": "lambda:{region}:{account}:event-source-mapping:{uuid}",
}


def generated(stack: str, logical_id: str, longest: int) -> str:
    """Return the name that CloudFormation makes: it cuts the stack's part, and the logical id only to half."""
    free = longest - len(RANDOM) - len("--")
    logical = logical_id[: free // 2]
    return f"{stack[: free - len(logical)]}-{logical}-{RANDOM}"


@dataclass(frozen=True)
class Stack:
    """A stack of `template`."""

    name: str
    template: Mapping[str, Any]
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def value(self, name: str) -> Any:  # noqa: ANN401 - a parameter's
        """Return what `Ref` of `name` yields."""
        pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::NoValue": NOTHING,
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self.name}/{UUID}",
            "AWS::StackName": self.name,
        }
        parameters = self.template.get("Parameters", {})
        if name in pseudo:
            return pseudo[name]
        if name in parameters:
            return self.parameters.get(name, parameters[name].get("Default", ""))
        return self.physical_name(name)

    def resolve(self, value: Any) -> Any:  # noqa: ANN401, C901, PLR0911 - a template's, and one case for each function
        """Return `value` without CloudFormation's functions."""
        match value:
            case {"Ref": name}:
                return self.value(name)
            case {"Fn::GetAtt": [name, "Arn"]}:
                return self.arn(name)
            case {"Fn::GetAtt": name}:
                return f"<{name}>"
            case {"Fn::Sub": [text, variables]}:
                return self.substitute(text, variables)
            case {"Fn::Sub": text}:
                return self.substitute(text, {})
            case {"Fn::Join": [separator, parts]}:
                return separator.join(self.resolve(parts))
            case {"Fn::Split": [separator, text]}:
                return self.resolve(text).split(separator)
            case {"Fn::Select": [place, values]}:
                return self.resolve(values)[int(place)]
            case {"Fn::FindInMap": names}:
                mapping, first, second = self.resolve(names)
                return self.template["Mappings"][mapping][first][second]
            case {"Fn::If": [condition, one, other]}:
                return self.resolve(one if self.holds({"Condition": condition}) else other)
            case dict():
                pairs = {self.resolve(key): self.resolve(each) for key, each in value.items()}
                return {key: each for key, each in pairs.items() if each is not NOTHING}
            case list():
                return [each for each in map(self.resolve, value) if each is not NOTHING]
        return value

    def substitute(self, text: str, variables: Mapping[str, Any]) -> str:
        head, *rest = text.split("${")
        for part in rest:
            name, _, tail = part.partition("}")
            name, _, attribute = name.partition(".")
            found = variables.get(name) or ({"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name})
            head += str(self.resolve(found)) + tail
        return head

    def holds(self, condition: Mapping[str, Any]) -> bool:
        match condition:
            case {"Condition": name}:
                return self.holds(self.template["Conditions"][name])
            case {"Fn::Not": [inner]}:
                return not self.holds(inner)
            case {"Fn::Equals": [one, other]}:
                return bool(self.resolve(one) == self.resolve(other))
        raise NotImplementedError(condition)

    def properties(self, logical_id: str) -> dict[str, Any]:
        properties: dict[str, Any] = self.template["Resources"][logical_id].get("Properties", {})
        return properties

    def physical_name(self, logical_id: str) -> str:
        """Return the name of a resource, or the ARN where that stands for it."""
        resource_type: str = self.template["Resources"][logical_id]["Type"]
        if resource_type not in NAMED:
            return self.arn(logical_id) if resource_type in PARTS.keys() | NUMBERED.keys() else f"<{logical_id}>"
        name, longest, _ = NAMED[resource_type]
        given = self.properties(logical_id).get(name)
        return str(self.resolve(given)) if given else generated(self.name, logical_id, longest)

    def arn(self, logical_id: str) -> str:
        """Return the ARN of a resource."""
        resource_type: str = self.template["Resources"][logical_id]["Type"]
        properties = self.properties(logical_id)
        if resource_type in PARTS:
            name, rest = PARTS[resource_type]
            return self.arn(self.owner(properties[name])) + rest
        kept = {name: str(self.resolve(properties.get(name, default))) for name, default in DEFAULTS.items()}
        if "ApplicationName" in properties:
            kept["ApplicationName"] = str(self.resolve(properties["ApplicationName"]))
        name = self.physical_name(logical_id) if resource_type in NAMED else ""
        text = NAMED[resource_type][-1] if resource_type in NAMED else NUMBERED[resource_type]
        return "arn:aws:" + text.format(region=REGION, account=ACCOUNT, uuid=UUID, name=name, **kept)

    def owner(self, reference: Any) -> str:  # noqa: ANN401 - a template's
        """Return the logical id of the resource that `reference` names, or whose part that names."""
        found = reference[0] if isinstance(reference, list) else reference
        logical_id: str = found["Ref"] if "Ref" in found else found["Fn::GetAtt"][0]
        resource = self.template["Resources"][logical_id]
        is_part = resource["Type"] in PARTS
        return self.owner(resource["Properties"][PARTS[resource["Type"]][0]]) if is_part else logical_id
