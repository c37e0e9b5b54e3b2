"""The role of a pipeline may do what the project's stack needs, for one repository and one stage, and nothing else."""

import functools
import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import tomli
from cfnlint.decode import cfn_yaml

from lambda_python_answers import slug_problem

from helpers.names import ACCOUNT, NAMED, NUMBERED, PARTS, Stack
from helpers.permissions import matches, needed, schema, takes, takes_no_resource
from helpers.ready import blocks, with_statements
from helpers.support import AXES, LONGEST_SLUG, Bake
from helpers.synthesis import expand, lint

STAGES = ["dev", "prod"]
# Characters without white space.
INLINE_POLICIES_MAX = 10_240
MANAGED_POLICY_MAX = 6_144
ROOM_TO_GROW = 0.9  # for what a user adds
SUBJECTS = {
    "github": ("token.actions.githubusercontent.com", "repo:org/name:environment:dev"),
    "gitlab": ("gitlab.com", "project_path:org/name:ref_type:branch:ref:main"),
}
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/of-the-account"
CALLED_BY_CLOUDFORMATION = {"aws:CalledVia": "cloudformation.amazonaws.com"}
# Actions that CloudFormation's schemas name for what no stack here has.
LEFT_OUT = {
    "a VPC or a file system": {
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        "elasticfilesystem:DescribeMountTargets",
        "s3files:ListMountTargets",
    },
    "code signing, layers, a pinned runtime, recursion, capacity providers, provisioned concurrency": {
        "lambda:DeleteFunctionCodeSigningConfig",
        "lambda:DeleteProvisionedConcurrencyConfig",
        "lambda:GetCodeSigningConfig",
        "lambda:GetLayerVersion",
        "lambda:PassCapacityProvider",
        "lambda:PutFunctionCodeSigningConfig",
        "lambda:PutFunctionRecursionConfig",
        "lambda:PutFunctionScalingConfig",
        "lambda:PutProvisionedConcurrencyConfig",
        "lambda:PutRuntimeManagementConfig",
    },
    "a version of the archive with the code": {"s3:GetObjectVersion"},
    "managed policies of a role": {"iam:AttachRolePolicy", "iam:DetachRolePolicy"},
    "larger records, metrics of shards, warm throughput, or another distribution of records": {
        "kinesis:DisableEnhancedMonitoring",
        "kinesis:EnableEnhancedMonitoring",
        "kinesis:UpdateMaxRecordSize",
        "kinesis:UpdateStreamRecordDistributionStrategy",
        "kinesis:UpdateStreamWarmThroughput",
    },
    "servers of one's own": {"codedeploy:RegisterOnPremisesInstance"},
    "policies of topics and log groups that protect data, deletion protection": {
        "firehose:TagDeliveryStream",
        "logs:CreateLogDelivery",
        "logs:DeleteIndexPolicy",
        "logs:DeleteResourcePolicy",
        "logs:PutBearerTokenAuthentication",
        "logs:PutDataProtectionPolicy",
        "logs:PutIndexPolicy",
        "logs:PutLogGroupDeletionProtection",
        "logs:PutResourcePolicy",
        "sns:PutDataProtectionPolicy",
    },
    "imports, replicas, streams and policies of a table": {
        "dynamodb:AssociateTableReplica",
        "dynamodb:BatchWriteItem",
        "dynamodb:CreateTableReplica",
        "dynamodb:DeleteItem",
        "dynamodb:DeleteResourcePolicy",
        "dynamodb:DescribeImport",
        "dynamodb:DisableKinesisStreamingDestination",
        "dynamodb:EnableKinesisStreamingDestination",
        "dynamodb:GetItem",
        "dynamodb:ImportTable",
        "dynamodb:PutItem",
        "dynamodb:PutResourcePolicy",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dynamodb:UpdateContributorInsights",
        "dynamodb:UpdateItem",
        "dynamodb:UpdateKinesisStreamingDestination",
        "iam:CreateServiceLinkedRole",
        "kinesis:DescribeStream",
        "kinesis:PutRecords",
        "logs:CreateLogStream",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
    },
    "options of a bucket": {
        "s3:CreateBucketMetadataTableConfiguration",
        "s3:DeleteBucketMetadataTableConfiguration",
        "s3:DeleteBucketWebsite",
        "s3:DeleteObject",
        "s3:PutAccelerateConfiguration",
        "s3:PutAnalyticsConfiguration",
        "s3:PutBucketAbac",
        "s3:PutBucketAcl",
        "s3:PutBucketCORS",
        "s3:PutBucketLogging",
        "s3:PutBucketObjectLockConfiguration",
        "s3:PutBucketWebsite",
        "s3:PutIntelligentTieringConfiguration",
        "s3:PutInventoryConfiguration",
        "s3:PutMetricsConfiguration",
        "s3:PutObjectAcl",
        "s3:PutReplicationConfiguration",
        "s3:UpdateBucketMetadataAnnotationTableConfiguration",
        "s3:UpdateBucketMetadataInventoryTableConfiguration",
        "s3:UpdateBucketMetadataJournalTableConfiguration",
        "s3tables:CreateNamespace",
        "s3tables:CreateTable",
        "s3tables:CreateTableBucket",
        "s3tables:GetTable",
        "s3tables:GetTableMetadataLocation",
        "s3tables:PutTableBucketPolicy",
        "s3tables:PutTableEncryption",
        "s3tables:PutTablePolicy",
        "s3tables:UpdateTableMetadataLocation",
    },
}
# By the statement: actions that no schema names.
BESIDES = {
    "DeliverAccessLogs": "Configure logging for HTTP APIs, in the API Gateway developer guide",
    "CustomerManagedKey": "DynamoDB usage of KMS keys, in the DynamoDB developer guide",
    "ServiceLinkedRole": "Using service-linked roles for API Gateway, in the API Gateway developer guide",
}
# What a function may have whatever invokes it, so that a user can add a trigger.
OF_FUNCTIONS = ["AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Permission"]
# What users add with the statements of `docs/permissions.md`.
OF_READY_STATEMENTS = [
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::DynamoDB::Table",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::IAM::Role",
    "AWS::Kinesis::Stream",
    "AWS::Kinesis::StreamConsumer",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Route53::RecordSet",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SQS::Queue",
    "AWS::Scheduler::Schedule",
    "AWS::Scheduler::ScheduleGroup",
]
# Of a template that is not deployed.
WITHOUT_STACK = {"cloudformation:GetTemplateSummary"}
# These keys tell the resources of one stack from all others, whose ids the services make.
OWNER_KEYS = {
    "aws:RequestTag/stack",
    "aws:ResourceTag/aws:cloudformation:stack-name",
    "aws:ResourceTag/stack",
    "lambda:FunctionArn",
}

# All stacks of an account share the bucket of SAM; what they upload to it is apart.
SHARED = {"FindArtifacts", "FindArtifactBucket"}

Statement = dict[str, Any]
Expand = Callable[[str, str], dict[str, Any]]


def document(text: str) -> dict[str, Any]:
    template: dict[str, Any] = cfn_yaml.loads(text)
    return template


def deploy(text: str, **parameters: str) -> dict[str, dict[str, Any]]:
    """Return the properties of each resource, as deployed with `parameters`."""
    given = {"Stage": "dev", "Repository": "org/name", **parameters}
    stack = Stack(f"role-of-{given['Stage']}", document(text), given)
    return {name: stack.resolve(stack.properties(name)) for name in stack.template["Resources"]}


def role(text: str, **parameters: str) -> dict[str, Any]:
    return deploy(text, **parameters)["DeployRole"]


def policies(text: str, **parameters: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the role's inline policies and its managed ones."""
    deployed = deploy(text, **parameters)
    attached = deployed["DeployRole"].get("ManagedPolicyArns", [])
    managed = {
        f"<{name}>": properties["PolicyDocument"]
        for name, properties in deployed.items()
        if "PolicyDocument" in properties
    }
    attaching = [f"<{name}>" for name, each in deployed.items() if "DeployRole" in str(each.get("Roles"))]
    assert managed.keys() == {*attached, *attaching}
    return [each["PolicyDocument"] for each in deployed["DeployRole"]["Policies"]], list(managed.values())


def statements(text: str, **parameters: str) -> list[Statement]:
    """Return all that the role may do."""
    inline, managed = policies(text, **parameters)
    return [each for policy in inline + managed for each in policy["Statement"]]


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def grants(found: list[Statement]) -> Iterator[tuple[Statement, str, str]]:
    """Yield each action with each resource that it is granted on."""
    for each in found:
        for action, resource in itertools.product(listed(each["Action"]), listed(each["Resource"])):
            yield each, action, resource


def through_cloudformation(found: list[Statement]) -> list[Statement]:
    return [each for each in found if "aws:CalledVia" in each.get("Condition", {}).get("ForAnyValue:StringEquals", {})]


def owner_keys(statement: Statement) -> set[str]:
    return {key for keys in statement.get("Condition", {}).values() for key in keys} & OWNER_KEYS


def services(found: list[Statement]) -> set[str]:
    return {action.partition(":")[0] for _, action, _ in grants(found)}


@pytest.fixture(scope="session")
def expanded(bake_once: Bake) -> Expand:
    """Return the expanded template of a source and a slug; both stages are stacks of it."""

    @functools.cache
    def of(event_source: str, slug: str) -> dict[str, Any]:
        project = bake_once(
            deploy_with="sam",
            event_source=event_source,
            project_slug=slug,
            storage="dynamodb",
            idempotency="true",
            ci="github",
            python_version=AXES["python_version"][-1],
        )
        return {"role": project.files()["deploy-role.yaml"], "stack": expand(project)}

    return of


def types_of(template: dict[str, Any]) -> set[str]:
    return {resource["Type"] for resource in template["Resources"].values()}


def allowed(found: list[Statement], action: str, arn: str) -> bool:
    return any(action == granted and matches(pattern, arn) for _, granted, pattern in grants(found))


def denied(found: list[Statement], stack: Stack) -> set[tuple[str, str]]:
    """Return the actions that CloudFormation calls for a resource of `stack`, but may not."""
    granted = {action for _, action, _ in grants(found)}
    left_out = set().union(*LEFT_OUT.values())
    missing = set()
    for logical_id, resource in stack.template["Resources"].items():
        arn = stack.arn(logical_id)
        for action in needed(resource["Type"]) - left_out:
            # What is called of another service has that one's resources: a role to pass, the account's key.
            is_own = action.split(":")[0] == arn.split(":")[2]
            on = "*" if takes_no_resource(action) else arn
            if not (allowed(found, action, on) if is_own else action in granted):
                missing.add((logical_id, action))
    return missing


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_role_may_do_what_cloudformation_does(expanded: Expand, event_source: str, stage: str) -> None:
    project = expanded(event_source, LONGEST_SLUG)
    stack = Stack(f"{LONGEST_SLUG}-{stage}", project["stack"], {"Stage": stage})
    assert denied(statements(project["role"], Stage=stage, KeyArn=KEY), stack) == set()


@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_role_may_do_nothing_else(expanded: Expand, event_source: str) -> None:
    project = expanded(event_source, LONGEST_SLUG)
    named = set().union(*map(needed, [*types_of(project["stack"]), *OF_FUNCTIONS]))
    found = [each for each in through_cloudformation(statements(project["role"])) if each["Sid"] not in BESIDES]
    assert {action for _, action, _ in grants(found)} - named == set()


def test_what_is_left_out_is_named(expanded: Expand) -> None:
    types = set().union(*(types_of(expanded(each, LONGEST_SLUG)["stack"]) for each in AXES["event_source"]))
    named = set().union(*map(needed, types))
    assert set().union(*LEFT_OUT.values()) - named == set()


def assert_actions_take_resources(found: list[Statement]) -> None:
    for each, action, resource in grants(found):
        if action in WITHOUT_STACK or ":aws:transform/" in resource:
            continue
        if resource == "*":
            assert takes_no_resource(action) or owner_keys(each), f"{action} takes a resource"
        else:
            assert not takes_no_resource(action), f"{action} takes no resource"
    for each in found:
        patterns = [one for one in listed(each["Resource"]) if one != "*" and ":aws:transform/" not in one]
        actions = listed(each["Action"])
        assert [one for one in patterns if not any(takes(action, one) for action in actions)] == []
        assert not patterns or [action for action in actions if not any(takes(action, one) for one in patterns)] == []


@pytest.mark.parametrize("event_source", AXES["event_source"])
@pytest.mark.parametrize("deploy_with", ["sam", "cdk-python"])
def test_actions_take_the_resources_granted(bake: Bake, deploy_with: str, event_source: str) -> None:
    project = bake(deploy_with=deploy_with, event_source=event_source, idempotency="true", package_as="container")
    found = statements(project.files()["deploy-role.yaml"], KeyArn=KEY)
    assert_actions_take_resources(found)


@pytest.mark.parametrize("event_source", ["http-api", "sqs"])
def test_ready_statements_are_narrow(bake: Bake, event_source: str) -> None:
    project = bake(deploy_with="sam", event_source=event_source, ci="github")
    _, sections = blocks(project)
    before = statements(project.files()["deploy-role.yaml"])
    found = [each for each in statements(with_statements(project, *sections)) if each not in before]
    assert_actions_take_resources(found)
    assert through_cloudformation(found) == found
    named = set().union(*map(needed, OF_READY_STATEMENTS))
    assert {action for each, action, _ in grants(found) if each["Sid"] not in BESIDES} - named == set()
    assert len({each["Sid"] for each in before + found}) == len(before + found)


def neighbors(slug: str) -> set[str]:
    """Return other slugs whose names look alike: the same beginning, longer, shorter."""
    others = {slug[:-1], f"{slug[:-1]}z", f"{slug[:24]}-other", f"{slug}s", f"{slug}-s", "zoo"}
    return {each for each in others if not slug_problem(each)} - {slug}


@pytest.mark.parametrize("slug", ["a", "orders", LONGEST_SLUG[:20], LONGEST_SLUG])
@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_role_reaches_its_own_stack_only(expanded: Expand, bake: Bake, event_source: str, slug: str) -> None:
    slug = slug.strip("-")
    text = json.dumps(expanded(event_source, LONGEST_SLUG)["stack"])
    roles = bake(deploy_with="sam", event_source=event_source, project_slug=slug, idempotency="true", ci="github")
    template = roles.files()["deploy-role.yaml"]
    for stage in STAGES:
        found = [each for each in statements(template, Stage=stage) if each["Sid"] not in SHARED]
        patterns = {pattern for each, _, pattern in grants(found) if not owner_keys(each)} - {"*"}
        for other, of_stage in itertools.product({slug, *neighbors(slug)}, STAGES):
            if (other, of_stage) == (slug, stage):
                continue
            resources = json.loads(text.replace(LONGEST_SLUG, other))
            stack = Stack(f"{other}-{of_stage}", resources, {"Stage": of_stage})
            arns = {stack.arn(logical_id) for logical_id in resources["Resources"]}
            arns |= {f"arn:aws:cloudformation:eu-central-1:{ACCOUNT}:stack/{stack.name}/1"}
            arns |= {f"arn:aws:s3:::aws-sam-cli-managed-default-1/{stack.name}/template"}
            assert {(one, arn) for one, arn in itertools.product(patterns, arns) if matches(one, arn)} == set()


@pytest.mark.parametrize("slug", ["a", "orders"])
def test_no_slug_begins_like_a_stack(slug: str) -> None:
    stacks = [f"{slug}-{stage}" for stage in STAGES]
    assert [other for stack in stacks for other in (stack, f"{stack}-api") if not slug_problem(other)] == []


def test_names_are_those_of_cloudformation(expanded: Expand) -> None:
    types = set().union(*(types_of(expanded(each, LONGEST_SLUG)["stack"]) for each in AXES["event_source"]))
    assert types <= NAMED.keys() | PARTS.keys() | NUMBERED.keys()


@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_tags_tell_generated_ids_apart(expanded: Expand, event_source: str) -> None:
    template = expanded(event_source, LONGEST_SLUG)["stack"]
    stack = Stack(f"{LONGEST_SLUG}-prod", template, {"Stage": "prod"})
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == "AWS::KMS::Key":
            tags = stack.resolve(stack.properties(logical_id)["Tags"])
            assert {"Key": "stack", "Value": stack.name} in tags
        elif resource["Type"] in NUMBERED:
            assert schema(resource["Type"])["tagging"]["cloudFormationSystemTags"]


@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_conditions_name_the_stack(bake: Bake, event_source: str) -> None:
    text = bake(deploy_with="sam", event_source=event_source, idempotency="true", ci="github").files()[
        "deploy-role.yaml"
    ]
    for each in statements(text, Stage="prod"):
        own = {key: value for keys in each.get("Condition", {}).values() for key, value in keys.items()}
        for key in owner_keys(each):
            assert all("my-lambda-service-prod" in value for value in listed(own[key]))


@pytest.mark.parametrize(("storage", "idempotency"), itertools.product(AXES["storage"], AXES["idempotency"]))
def test_either_table_brings_the_statement(bake: Bake, storage: str, idempotency: str) -> None:
    files = bake(deploy_with="sam", storage=storage, idempotency=idempotency, ci="github").files()
    names = {each["Sid"] for each in statements(files["deploy-role.yaml"], KeyArn=KEY)}
    has_table = storage == "dynamodb" or idempotency == "true"
    assert ("Tables" in names, "## DynamoDB tables\n" in files["docs/permissions.md"]) == (has_table, not has_table)


def size(policy: object) -> int:
    return len("".join(json.dumps(policy).split()))


@pytest.mark.parametrize("package_as", AXES["package_as"])
@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_policies_leave_room_for_resources(bake: Bake, event_source: str, package_as: str) -> None:
    project = bake(
        deploy_with="sam",
        event_source=event_source,
        package_as=package_as,
        storage="dynamodb",
        idempotency="true",
        project_slug=LONGEST_SLUG,
        ci="github",
    )
    text = project.files()["deploy-role.yaml"]
    inline, managed = policies(text, Stage="prod", KeyArn=KEY, PermissionsBoundary=BOUNDARY)
    assert size(inline) < INLINE_POLICIES_MAX
    assert [size(each) for each in managed if size(each) > ROOM_TO_GROW * MANAGED_POLICY_MAX] == []


def conditions_of(found: list[Statement]) -> dict[str, Any]:
    return {action: each.get("Condition", {}) for each, action, _ in grants(found)}


def test_boundary_bounds_the_roles_of_the_stack(bake: Bake) -> None:
    text = bake(deploy_with="sam", ci="github").files()["deploy-role.yaml"]
    making = {"iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"}
    removing = "iam:DeleteRolePermissionsBoundary"
    assert role(text, PermissionsBoundary=BOUNDARY)["PermissionsBoundary"] == BOUNDARY
    conditions = conditions_of(statements(text, PermissionsBoundary=BOUNDARY))
    for action in making:
        assert conditions[action]["StringEquals"] == {"iam:PermissionsBoundary": BOUNDARY}
    assert removing not in conditions
    assert "PermissionsBoundary" not in role(text)
    conditions = conditions_of(statements(text))
    assert {removing, *making} <= conditions.keys()
    assert all(conditions[action] == {"ForAnyValue:StringEquals": CALLED_BY_CLOUDFORMATION} for action in making)


def test_uploads_are_limited_to_the_stage(bake: Bake) -> None:
    files = bake(deploy_with="sam", project_slug="orders", ci="github").files()
    (upload,) = (each for each in statements(files["deploy-role.yaml"]) if each["Sid"] == "UploadArtifacts")
    assert upload["Resource"].endswith("/orders-dev/*")
    stages = tomli.loads(files["samconfig.toml"])
    assert [stages[stage]["deploy"]["parameters"]["s3_prefix"] for stage in STAGES] == ["orders-dev", "orders-prod"]


@pytest.mark.parametrize("deploy_with", ["cdk-python", "cdk-typescript"])
@pytest.mark.parametrize(
    ("event_source", "smoke"), [("http-api", "execute-api"), ("function-url", "lambda"), ("sqs", "lambda")]
)
def test_cdk_role_assumes_bootstrap_roles(bake: Bake, deploy_with: str, event_source: str, smoke: str) -> None:
    found = statements(bake(deploy_with=deploy_with, event_source=event_source).files()["deploy-role.yaml"])
    assert services(found) == {"sts", "cloudformation", smoke}


@pytest.mark.parametrize(("ci", "deploy_with"), list(itertools.product(SUBJECTS, AXES["deploy_with"])))
def test_only_the_repository_assumes_role(bake: Bake, ci: str, deploy_with: str) -> None:
    properties = role(bake(ci=ci, deploy_with=deploy_with).files()["deploy-role.yaml"])
    (trust,) = properties["AssumeRolePolicyDocument"]["Statement"]
    issuer, subject = SUBJECTS[ci]
    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert trust["Condition"] == {"StringEquals": {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": subject}}


def test_gitlab_role_trusts_the_default_branch(bake: Bake) -> None:
    files = bake(ci="gitlab").files()
    assert "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" in files[".gitlab-ci.yml"]
    properties = role(files["deploy-role.yaml"], Branch="trunk")
    (trust,) = properties["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"]["StringEquals"]["gitlab.com:sub"] == "project_path:org/name:ref_type:branch:ref:trunk"
    task = tomli.loads(files["pyproject.toml"])["tool"]["poe"]["tasks"]["deploy-role"]
    assert "Branch=${branch}" in task["cmd"]
    assert "--branch" in files["docs/deploy.md"]


@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_role_grants_no_wildcard_actions(bake: Bake, event_source: str) -> None:
    text = bake(deploy_with="sam", event_source=event_source, ci="github").files()["deploy-role.yaml"]
    for each in statements(text):
        assert not [action for action in listed(each["Action"]) if "*" in action]
        if "*" in listed(each["Resource"]) and each["Sid"] != "ReadTemplates":
            assert each["Condition"]["ForAnyValue:StringEquals"] == CALLED_BY_CLOUDFORMATION
    (passing,) = (each for each in statements(text) if each["Action"] == "iam:PassRole")
    assert passing["Condition"]["StringEquals"]["iam:PassedToService"]


@pytest.mark.parametrize("slug", ["a", LONGEST_SLUG])
def test_cfn_lint_accepts_the_role(bake: Bake, slug: str) -> None:
    cases = [*itertools.product(["sam"], AXES["event_source"]), ("cdk-python", "http-api"), ("cdk-typescript", "sqs")]
    others = itertools.cycle(itertools.product(AXES["package_as"], SUBJECTS))
    for (deploy_with, event_source), (package_as, ci) in zip(cases, others, strict=False):
        project = bake(
            ci=ci,
            deploy_with=deploy_with,
            project_slug=slug,
            event_source=event_source,
            package_as=package_as,
            storage="dynamodb",
            idempotency="true",
        )
        assert lint((project.path / "deploy-role.yaml").read_text(encoding="utf-8")) == []


def test_repository_pattern_matches_tokens(bake: Bake) -> None:
    accepted = {
        "github": ["octo-org/octo.repo", "octo-org@123456/octo-repo@456789"],
        "gitlab": ["group/project", "group/sub.group/project"],
    }
    refused = ["name", "org/*", "org/name:environment:prod", "https://example.com/org/name"]
    for ci, names in accepted.items():
        parameters = document(bake(ci=ci).files()["deploy-role.yaml"])["Parameters"]
        pattern = parameters["Repository"]["AllowedPattern"]
        assert [name for name in names if not re.fullmatch(pattern, name)] == []
        assert [name for name in refused if re.fullmatch(pattern, name)] == []
