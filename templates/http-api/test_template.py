{% extends 'base/test_template.py' %}
{% block tests %}


def test_all_routes_require_iam_auth(resources: Resources) -> None:
    paths = resources["Api"]["Properties"]["Body"]["paths"]
    operations = {(path, method): paths[path][method] for path in paths for method in paths[path]}
    assert operations.keys() == {("/orders", "post"), ("/health", "get")}
    assert all(operation["security"] == [{"AWS_IAM": []}] for operation in operations.values())


def test_api_throttles_and_logs_access(resources: Resources) -> None:
    stage = resources["ApiApiGatewayDefaultStage"]["Properties"]
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == {"Ref": "ThrottlingRate"}
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] == {"Ref": "ThrottlingBurst"}
    assert stage["AccessLogSettings"]["DestinationArn"] == {"Fn::GetAtt": ["ApiLogGroup", "Arn"]}
{% endblock %}
