{% block test_stdlib %}{% endblock %}
{% if cookiecutter.package_as == 'zip' %}
import sys
{% endif %}
from typing import Any
{% block test_imports %}
{% if cookiecutter.idempotency %}

from {{ cookiecutter.__package }}.idempotency import store
{% endif %}
{% endblock %}

from infra.project import ARCHITECTURE{{ ', PACKAGE' if cookiecutter.package_as == 'zip' else '' }}
from scripts.invoke import local_environment

Resources = dict[str, dict[str, Any]]


def allowed(resources: Resources) -> list[dict[str, Any]]:
    """Return the statements of the function's execution role."""
    policies = resources["FunctionRole"]["Properties"]["Policies"]
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


{% if cookiecutter.package_as == 'container' %}
def test_image_matches_architecture(resources: Resources) -> None:
    function = resources["Function"]["Properties"]
    assert function["PackageType"] == "Image"
    assert function["Architectures"] == [ARCHITECTURE]
{% else %}
def test_runtime_matches_interpreter(resources: Resources) -> None:
    function = resources["Function"]["Properties"]
    assert function["Runtime"] == "python{}.{}".format(*sys.version_info)
    assert function["Architectures"] == [ARCHITECTURE]
    assert function["Handler"] == f"{PACKAGE}.handler.lambda_handler"
{% endif %}


def test_environment_is_complete(resources: Resources) -> None:
    environment = resources["Function"]["Properties"]["Environment"]["Variables"]
    assert environment.keys() == local_environment().keys(), "list each variable in local.env and in the template"


def test_logging_keeps_metrics(resources: Resources, parameters: Resources) -> None:
    logging = resources["Function"]["Properties"]["LoggingConfig"]
    assert logging["LogFormat"] == "JSON"
    assert logging["ApplicationLogLevel"] == {"Ref": "LogLevel"}
    assert set(parameters["LogLevel"]["AllowedValues"]) <= {"TRACE", "DEBUG", "INFO"}
    assert logging["LogGroup"] == {"Ref": "FunctionLogGroup"}


def test_log_retention_depends_on_stage(resources: Resources, template: Resources) -> None:
    kept = {stage: each["LogRetentionInDays"] for stage, each in template["Mappings"]["Stages"].items()}
    assert kept == {"dev": 14, "prod": 365}
    days = {"Fn::FindInMap": ["Stages", {"Ref": "Stage"}, "LogRetentionInDays"]}
    groups = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::Logs::LogGroup"]
    assert [group["RetentionInDays"] for group in groups] == [days] * len(groups)


def test_stack_deletion_keeps_data(resources: Resources) -> None:
    kinds = {"AWS::DynamoDB::Table", "AWS::Logs::LogGroup", "AWS::S3::Bucket", "AWS::SQS::Queue"}
    for resource in (each for each in resources.values() if each["Type"] in kinds):
        assert resource["DeletionPolicy"] == "RetainExceptOnCreate", f"{resource['Type']} must keep its data"
        assert resource["UpdateReplacePolicy"] == "Retain", f"{resource['Type']} must keep its data"


def test_role_grants_least_privilege(resources: Resources) -> None:
    assert "ManagedPolicyArns" not in resources["FunctionRole"]["Properties"]
    unlimited = {each["Sid"] for each in allowed(resources) if each["Resource"] in ("*", ["*"])}
    assert unlimited == {"SendTraces"}, "name the resources instead of *"
    assert not any(isinstance(each["Resource"], str) for each in allowed(resources) if each["Sid"] not in unlimited)
    assert not any("*" in str(each["Action"]) for each in allowed(resources)), "name the actions instead of *"


def test_queue_policies_name_one_queue(resources: Resources) -> None:
    for policy in (each["Properties"] for each in resources.values() if each["Type"] == "AWS::SQS::QueuePolicy"):
        (queue,) = policy["Queues"]
        statements = policy["PolicyDocument"]["Statement"]
        assert [each["Resource"] for each in statements] == [{"Fn::GetAtt": [queue["Ref"], "Arn"]}] * len(statements)
{% if cookiecutter.idempotency %}


def test_table_matches_persistence_layer(resources: Resources) -> None:
    table = resources["IdempotencyTable"]["Properties"]
    assert table["KeySchema"] == [{"AttributeName": store.key_attr, "KeyType": "HASH"}]
    assert table["TimeToLiveSpecification"] == {"AttributeName": store.expiry_attr, "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"]["SSEEnabled"] is True
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    (statement,) = (each for each in allowed(resources) if each["Sid"] == "UseIdempotencyTable")
    assert statement["Resource"] == {"Fn::GetAtt": ["IdempotencyTable", "Arn"]}
    assert {action.removeprefix("dynamodb:") for action in statement["Action"]} == {
        "DeleteItem",
        "GetItem",
        "PutItem",
        "UpdateItem",
    }
{% endif %}
{% block tests required %}{% endblock %}
