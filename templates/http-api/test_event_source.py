{% if cookiecutter.idempotency %}
from aws_lambda_powertools.utilities.typing import LambdaContext

{% endif %}
from {{ cookiecutter.__package }}.handler import find_operation

from infra.stages import Stage
from tests.support import Template, named


def test_all_routes_require_iam_auth(template: Template) -> None:
    assert {route["AuthorizationType"] for route in named(template, "AWS::ApiGatewayV2::Route").values()} == {"AWS_IAM"}


def test_all_routes_have_an_operation(template: Template{{ ', context: LambdaContext' if cookiecutter.idempotency }}) -> None:
    for route in named(template, "AWS::ApiGatewayV2::Route").values():
        method, _, path = route["RouteKey"].partition(" ")
        operation = find_operation(method, path.strip("/").split("/"), {}{{ ', context' if cookiecutter.idempotency }})
        assert operation, f"the stack has {method} {path}, but find_operation in handler.py has no case for it"


def test_api_throttles_and_logs_access(template: Template, stage: Stage) -> None:
    ((group_id, group),) = (
        (key, each) for key, each in named(template, "AWS::Logs::LogGroup").items() if "LogGroupName" in each
    )
    assert stage.name in str(group["LogGroupName"])
    (default,) = named(template, "AWS::ApiGatewayV2::Stage").values()
    assert default["AccessLogSettings"]["DestinationArn"] == {"Fn::GetAtt": [group_id, "Arn"]}
    settings = default["DefaultRouteSettings"]
    limits = settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]
    assert limits == (stage.throttling_rate, stage.throttling_burst)


def test_api_alarms_are_complete(template: Template) -> None:
    (api_id,) = named(template, "AWS::ApiGatewayV2::Api")
    alarms = named(template, "AWS::CloudWatch::Alarm").values()
    of_api = [each for each in alarms if each["Dimensions"] == [{"Name": "ApiId", "Value": {"Ref": api_id}}]]
    assert {each["MetricName"] for each in of_api} == {"5xx", "Latency"}
