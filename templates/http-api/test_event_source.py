{% if cookiecutter.idempotency %}
from aws_cdk.assertions import Match, Template
from aws_lambda_powertools.utilities.typing import LambdaContext
{% else %}
from aws_cdk.assertions import Match, Template
{% endif %}

from {{ cookiecutter.__package }}.handler import find_operation


def test_all_routes_require_iam_auth(template: Template) -> None:
    template.all_resources_properties("AWS::ApiGatewayV2::Route", {"AuthorizationType": "AWS_IAM"})


def test_all_routes_have_an_operation(template: Template{{ ', context: LambdaContext' if cookiecutter.idempotency }}) -> None:
    for route in template.find_resources("AWS::ApiGatewayV2::Route").values():
        method, _, path = route["Properties"]["RouteKey"].partition(" ")
        operation = find_operation(method, path.strip("/").split("/"), {}{{ ', context' if cookiecutter.idempotency }})
        assert operation, f"the stack has {method} {path}, but find_operation in handler.py has no case for it"


def test_routes_invoke_the_alias(template: Template, alias_id: str) -> None:
    template.has_resource_properties(
        "AWS::ApiGatewayV2::Integration",
        {"IntegrationUri": {"Ref": alias_id}, "PayloadFormatVersion": "2.0"},
    )


def test_api_throttles_and_logs_access(template: Template) -> None:
    (group,) = template.find_resources("AWS::Logs::LogGroup", {"Properties": {"LogGroupName": Match.any_value()}})
    template.has_resource_properties(
        "AWS::ApiGatewayV2::Stage",
        {
            "StageName": "$default",
            "DefaultRouteSettings": {
                "ThrottlingRateLimit": {"Ref": "ThrottlingRate"},
                "ThrottlingBurstLimit": {"Ref": "ThrottlingBurst"},
            },
            "AccessLogSettings": {"DestinationArn": {"Fn::GetAtt": [group, "Arn"]}},
        },
    )
