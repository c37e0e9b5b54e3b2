"""`poe validate` names what the pipeline's role lacks for a resource that a user adds, and where the statements are."""

import json
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from helpers.ready import blocks, with_statements
from helpers.support import AXES, LONGEST_SLUG, Bake, Project, run
from helpers.synthesis import VERSION, in_python

CHECK = """
from samtranslator.yaml_helper import yaml_parse
from scripts.deploy_role import find_denied, find_too_long
from scripts.names import refer
from scripts.stack import Stack
from scripts.validate import expand_template
slug, cases = arguments
template = expand_template()
def check(resources, text, stage="dev"):
    extended = template | {"Resources": template["Resources"] | resources}
    stack = Stack(f"{slug}-{stage}", extended, {"Stage": stage}, refer)
    role = Stack("role", yaml_parse(text), {"Stage": stage}, refer)
    return [*find_denied(stack, role), *find_too_long(role)]
result = [check(*case) for case in cases]
"""
# By the heading in `docs/permissions.md`: what a user adds to the template.
ADDED: dict[str, dict[str, Any]] = yaml.safe_load("""
DynamoDB tables:
  Added:
    Type: AWS::DynamoDB::Table
    Properties:
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }
      StreamSpecification: { StreamViewType: NEW_IMAGE }
      TimeToLiveSpecification: { AttributeName: expires, Enabled: true }
SQS queues:
  Added: { Type: AWS::SQS::Queue, Properties: { VisibilityTimeout: 60 } }
  AddedPolicy: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [{ Ref: Added }] } }
Queues and streams that invoke a function:
  Added: { Type: AWS::Lambda::EventSourceMapping, Properties: { FunctionName: { Ref: Function }, BatchSize: 1 } }
S3 buckets:
  Added:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption: {}
      LifecycleConfiguration: {}
      NotificationConfiguration: {}
      OwnershipControls: {}
      PublicAccessBlockConfiguration: {}
      VersioningConfiguration: {}
  AddedPolicy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: { Ref: Added } } }
EventBridge rules and event buses:
  Added: { Type: AWS::Events::Rule, Properties: { EventBusName: { Ref: AddedBus }, EventPattern: {}, Targets: [] } }
  AddedBus: { Type: AWS::Events::EventBus, Properties: { Name: { Fn::Sub: "${AWS::StackName}-bus" }, Policy: {} } }
EventBridge event buses:
  Added: { Type: AWS::Events::EventBus, Properties: { Name: { Ref: AWS::StackName }, Policy: {} } }
EventBridge Scheduler:
  Added:
    Type: AWS::Scheduler::Schedule
    Properties: { Name: { Fn::Sub: "${AWS::StackName}-nightly" }, ScheduleExpression: rate(1 day) }
  AddedGroup: { Type: AWS::Scheduler::ScheduleGroup, Properties: { Name: { Fn::Sub: "${AWS::StackName}-nightly" } } }
  AddedRole:
    Type: AWS::IAM::Role
    Properties:
      Path: { Fn::Sub: "/SLUG/${Stage}/" }
      AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: scheduler.amazonaws.com } }] }
Kinesis streams:
  Added:
    Type: AWS::Kinesis::Stream
    Properties:
      RetentionPeriodHours: 48
      ShardCount: 2
      StreamEncryption: { EncryptionType: KMS }
      StreamModeDetails: { StreamMode: PROVISIONED }
  AddedConsumer: { Type: AWS::Kinesis::StreamConsumer, Properties: { StreamARN: { Fn::GetAtt: [Added, Arn] } } }
HTTP APIs:
  Added: { Type: AWS::ApiGatewayV2::Api, Properties: { ProtocolType: HTTP, Tags: { team: orders } } }
  AddedStage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: { Ref: Added }, StageName: $default } }
Custom domain names:
  Added: { Type: AWS::ApiGatewayV2::DomainName, Properties: { DomainName: api.example.com } }
  AddedMapping: { Type: AWS::ApiGatewayV2::ApiMapping, Properties: { DomainName: { Ref: Added }, Stage: $default } }
  AddedRecord: { Type: AWS::Route53::RecordSet, Properties: { Name: api.example.com, Type: A } }
VPC:
  Added:
    Type: AWS::Lambda::Function
    Properties: { FunctionName: { Fn::Sub: "${AWS::StackName}-report" }, VpcConfig: { SubnetIds: [subnet-1] } }
  AddedGroup:
    Type: AWS::EC2::SecurityGroup
    Properties: { SecurityGroupEgress: [], SecurityGroupIngress: [], Tags: [{ Key: team, Value: orders }] }
  AddedRule: { Type: AWS::EC2::SecurityGroupIngress, Properties: { IpProtocol: tcp } }
Managed policies:
  Added:
    Type: AWS::IAM::Role
    Properties:
      Path: { Fn::Sub: "/SLUG/${Stage}/" }
      AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: [lambda.amazonaws.com] } }] }
      ManagedPolicyArns:
        - Fn::Sub: arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole
        - arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess
""")
# Allowed from the start, or not to be told before a deployment.
ALLOWED: dict[str, Any] = yaml.safe_load("""
Alarm: { Type: AWS::CloudWatch::Alarm, Properties: { MetricName: Errors } }
Board: { Type: AWS::CloudWatch::Dashboard, Properties: { DashboardBody: "{}" } }
Custom: { Type: Custom::Thing, Properties: { ServiceToken: arn } }
Group: { Type: AWS::Logs::LogGroup, Properties: { RetentionInDays: 3 } }
GroupOfImport: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: { Fn::ImportValue: name } } }
Key: { Type: AWS::KMS::Key, Properties: { Tags: [{ Key: stack, Value: { Ref: AWS::StackName } }] } }
Report:
  Type: AWS::Lambda::Function
  Properties: { FunctionName: { Fn::Join: ["-", [{ Ref: AWS::StackName }, report]] }, Code: { S3Bucket: b, S3Key: k } }
Subscription: { Type: AWS::SNS::Subscription, Properties: { TopicArn: { Ref: Topic } } }
Topic: { Type: AWS::SNS::Topic }
Unknown: { Type: Third::Party::Thing, Properties: { Name: { Fn::Select: [9, { Fn::GetAZs: "" }] } } }
""")
LOGS = (
    "logs:CreateLogGroup, logs:DeleteDataProtectionPolicy, logs:DeleteLogGroup, logs:GetDataProtectionPolicy, "
    "logs:ListTagsForResource, logs:PutRetentionPolicy, logs:TagResource, logs:UntagResource"
)
STATES = "arn:aws:iam::aws:policy/AWSStepFunctionsFullAccess"
TRUST_IN_STATES = {"Statement": {"Principal": {"Service": "states.amazonaws.com"}}}
# A resource, and what is said of it.
DENIED: list[tuple[str, dict[str, Any], str]] = [
    (
        "AWS::Logs::LogGroup",
        {"LogGroupName": "/my/own/group", "RetentionInDays": 3},
        f"allows {LOGS} on log-group:orders-dev-* only, not on log-group:/my/own/group",
    ),
    (
        "AWS::Logs::LogGroup",
        {"LogGroupName": {"Fn::Sub": "/aws/lambda/${Function}"}, "RetentionInDays": 3},
        f"allows {LOGS} on log-group:orders-dev-* only, not on log-group:/aws/lambda/orders-dev",
    ),
    ("AWS::IAM::Role", {}, " on role/orders/dev/* only, not on role/orders-dev-Added-"),
    ("AWS::Lambda::Function", {"FunctionName": "report"}, ", function:orders-dev-* only, not on function:report"),
    ("AWS::Lambda::Function", {"Layers": ["arn"]}, "does not allow lambda:GetLayerVersion"),
    ("AWS::KMS::Key", {}, "does not allow kms:CreateKey under its condition on aws:RequestTag/stack"),
    (
        "AWS::IAM::Role",
        {"Path": {"Fn::Sub": "/orders/${Stage}/"}, "AssumeRolePolicyDocument": TRUST_IN_STATES},
        "does not allow iam:PassRole to states.amazonaws.com under its condition on iam:PassedToService",
    ),
    ("AWS::IAM::Role", {"ManagedPolicyArns": [STATES]}, f"iam:AttachRolePolicy of {STATES}"),
    ("AWS::StepFunctions::StateMachine", {}, "does not allow states:CreateStateMachine, states:DeleteStateMachine, "),
    ("AWS::SQS::Queue", {"QueueName": "reports"}, " on orders-dev-* only, not on reports"),
    ("AWS::DynamoDB::Table", {}, '; copy "DynamoDB tables" from docs/permissions.md'),
    ("AWS::S3::Bucket", {"CorsConfiguration": {}}, "s3:PutBucketCORS"),
]


def check(project: Project, *cases: tuple[object, ...]) -> list[list[str]]:
    """Return what is said of `project` in each case: resources to add to its template, its role, the stage."""
    found: list[list[str]] = in_python()(project.path, CHECK, project.answers["project_slug"], cases)
    return found


@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_ready_statements_are_enough(bake: Bake, event_source: str) -> None:
    slug = LONGEST_SLUG
    project = bake(deploy_with="sam", ci="github", python_version=VERSION, event_source=event_source, project_slug=slug)
    role = project.files()["deploy-role.yaml"]
    _, statements = blocks(project)
    added = [json.loads(json.dumps(ADDED[each]).replace("SLUG", slug)) for each in statements]
    before = [(resources, role) for resources in added]
    after = zip(added, [with_statements(project, each) for each in statements], strict=True)
    in_dev, in_prod, *said = check(project, ({}, role), ({}, role, "prod"), *before, *after)
    assert (in_dev, in_prod) == ([], [])
    for heading, sentences in zip(statements, said, strict=False):
        assert any(each.startswith("Added (") for each in sentences), heading
        assert any(f'; copy "{heading}" from docs/permissions.md' in each for each in sentences), heading
    assert dict(zip(statements, said[len(before) :], strict=True)) == {each: [] for each in statements}


@pytest.mark.parametrize("event_source", ["http-api", "s3"])
def test_role_is_enough_for_the_orders_table(bake: Bake, event_source: str) -> None:
    answers = {"deploy_with": "sam", "event_source": event_source, "storage": "dynamodb", "ci": "github"}
    project = bake(**answers, python_version=VERSION)
    role = project.files()["deploy-role.yaml"]
    assert check(project, ({}, role), ({}, role, "prod")) == [[], []]


def test_all_ready_statements_are_tried(bake: Bake) -> None:
    found: set[str] = set()
    for event_source in AXES["event_source"]:
        found |= blocks(bake(deploy_with="sam", ci="gitlab", event_source=event_source))[1].keys()
    assert found == ADDED.keys()


@pytest.fixture
def orders(bake: Bake) -> Project:
    return bake(deploy_with="sam", ci="github", python_version=VERSION, event_source="sqs", project_slug="orders")


def test_what_is_denied_is_named(orders: Project) -> None:
    role = orders.files()["deploy-role.yaml"]
    cases = [({"Added": {"Type": kind, "Properties": properties}}, role) for kind, properties, _ in DENIED]
    for (kind, _, sentence), said in zip(DENIED, check(orders, *cases), strict=True):
        assert any(each.startswith(f"Added ({kind}): deploy-role.yaml ") and sentence in each for each in said), said


def test_what_is_allowed_is_not_named(orders: Project) -> None:
    role = orders.files()["deploy-role.yaml"]
    assert check(orders, *(({name: each}, role) for name, each in ALLOWED.items())) == [[] for _ in ALLOWED]


def replace(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda role: replace(role, "              - logs:CreateLogGroup\n", ""), ["logs:CreateLogGroup"]),
        (lambda role: replace(role, "- sqs:CreateQueue\n", "- sqs:*\n"), []),
        (lambda role: replace(role, "cloudformation.amazonaws.com", "athena.amazonaws.com"), ["aws:CalledVia"]),
        (lambda role: replace(role, "orders-${Stage}-*", "other-${Stage}-*"), ["log-group:other-dev-* only"]),
    ],
)
def test_edits_of_the_role_are_understood(orders: Project, edit: Callable[[str], str], expected: list[str]) -> None:
    (said,) = check(orders, ({}, edit(orders.files()["deploy-role.yaml"])))
    assert [each for each in expected if not any(each in sentence for sentence in said)] == []
    assert bool(said) == bool(expected)


def test_policy_that_is_too_long_is_named(orders: Project) -> None:
    _, statements = blocks(orders)
    (said,) = check(orders, ({}, with_statements(orders, *statements)))
    assert re.match(r"AddedPolicy \(AWS::IAM::ManagedPolicy\): \d+ of 6144 characters; ", said[0])


def test_validate_checks_each_stage(orders: Project) -> None:
    template = orders.path / "template.yaml"
    text = template.read_text(encoding="utf-8")
    text = replace(text, "\nConditions:\n", "\nConditions:\n  IsProd: !Equals [!Ref Stage, prod]\n")
    added = "  Prices:\n    Type: AWS::DynamoDB::Table\n    Condition: IsProd\n"
    template.write_text(replace(text, "\nOutputs:\n", f"\n{added}\nOutputs:\n"), encoding="utf-8")
    done = run(sys.executable, "-m", "scripts.deploy_role", cwd=orders.path, expect=1)
    assert done.output.startswith("validate: Prices (AWS::DynamoDB::Table): deploy-role.yaml does not allow dynamodb:")
    assert done.output.count("validate: ") == 1
    task = (orders.path / "pyproject.toml").read_text(encoding="utf-8")
    assert '{ cmd = "python -m scripts.deploy_role" }' in task
