{% extends 'base/test_template.py' %}
{% block tests %}


def test_all_routes_require_iam_auth(resources: Resources) -> None:
    paths = resources["Api"]["Properties"]["Body"]["paths"]
    operations = {f"{method.upper()} {path}": paths[path][method] for path in paths for method in paths[path]}
    assert [route for route, each in operations.items() if each["security"] != [{"AWS_IAM": []}]] == []


def test_api_throttles_and_logs_access(resources: Resources) -> None:
    stage = resources["ApiApiGatewayDefaultStage"]["Properties"]
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == {"Ref": "ThrottlingRate"}
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] == {"Ref": "ThrottlingBurst"}
    assert stage["AccessLogSettings"]["DestinationArn"] == {"Fn::GetAtt": ["ApiLogGroup", "Arn"]}
    pattern, _ = resources["ApiLogGroup"]["Properties"]["LogGroupName"]["Fn::Sub"]
    assert pattern.startswith("/aws/vendedlogs/")  # out of the account's resource policy, whose size is limited
    assert "${Stage}" in pattern
{% endblock %}
