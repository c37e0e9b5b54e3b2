import json

from infra.project import SERVICE
from infra.stages import Stage
from tests.support import Template, named


def test_all_routes_require_iam_auth(template: Template) -> None:
    assert {route["AuthorizationType"] for route in named(template, "AWS::ApiGatewayV2::Route").values()} == {"AWS_IAM"}


def test_api_throttles_and_logs_access(template: Template, ids: dict[str, str], stage: Stage) -> None:
    stages = named(template, "AWS::ApiGatewayV2::Stage").values()
    (default,) = (each for each in stages if each["ApiId"] == {"Ref": ids["ApiUrl"]})
    group_id, _ = default["AccessLogSettings"]["DestinationArn"]["Fn::GetAtt"]
    assert f"{SERVICE}-{stage.name}" in str(named(template, "AWS::Logs::LogGroup")[group_id]["LogGroupName"])
    settings = default["DefaultRouteSettings"]
    limits = settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]
    assert limits == (stage.throttling_rate, stage.throttling_burst)


def test_api_alarms_are_complete(template: Template, ids: dict[str, str]) -> None:
    alarms = named(template, "AWS::CloudWatch::Alarm").values()
    of_api = [each for each in alarms if each["Dimensions"] == [{"Name": "ApiId", "Value": {"Ref": ids["ApiUrl"]}}]]
    assert {each["MetricName"] for each in of_api} == {"5xx", "Latency"}


def test_server_errors_stop_a_deployment(template: Template) -> None:
    alarms = named(template, "AWS::CloudWatch::Alarm")
    (server_errors,) = (key for key, each in alarms.items() if each["MetricName"] == "5xx")
    assert json.dumps({"Ref": server_errors}) in json.dumps(named(template, "AWS::CodeDeploy::DeploymentGroup"))
