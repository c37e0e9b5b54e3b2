{% extends 'base/test_template.py' %}
{% block test_imports %}

{% if cookiecutter.idempotency %}
from aws_lambda_powertools.utilities.typing import LambdaContext

{% endif %}
from {{ cookiecutter.__package }}.handler import find_operation
{% if cookiecutter.idempotency %}
from {{ cookiecutter.__package }}.idempotency import store
{% endif %}
{% endblock %}
{% block tests %}


def test_all_routes_require_iam_auth(resources: Resources) -> None:
    paths = resources["Api"]["Properties"]["Body"]["paths"]
    operations = {f"{method.upper()} {path}": paths[path][method] for path in paths for method in paths[path]}
    assert [route for route, each in operations.items() if each["security"] != [{"AWS_IAM": []}]] == []


def test_all_routes_have_an_operation(resources: Resources{{ ', context: LambdaContext' if cookiecutter.idempotency }}) -> None:
    for path, methods in resources["Api"]["Properties"]["Body"]["paths"].items():
        for method in map(str.upper, methods):
            operation = find_operation(method, path.strip("/").split("/"), {}{{ ', context' if cookiecutter.idempotency }})
            assert operation, f"template.yaml has {method} {path}, but find_operation in handler.py has no case for it"


def test_api_throttles_and_logs_access(resources: Resources) -> None:
    stage = resources["ApiApiGatewayDefaultStage"]["Properties"]
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == {"Ref": "ThrottlingRate"}
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] == {"Ref": "ThrottlingBurst"}
    assert stage["AccessLogSettings"]["DestinationArn"] == {"Fn::GetAtt": ["ApiLogGroup", "Arn"]}
    pattern, _ = resources["ApiLogGroup"]["Properties"]["LogGroupName"]["Fn::Sub"]
    assert pattern.startswith("/aws/vendedlogs/")  # out of the account's resource policy, whose size is limited
    assert "${Stage}" in pattern
{% endblock %}
