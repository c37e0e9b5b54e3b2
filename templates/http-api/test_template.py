{% extends 'base/test_template.py' %}
{% block tests %}


def test_every_route_demands_a_signature(resources: Resources) -> None:
    paths = resources["Api"]["Properties"]["Body"]["paths"]
    operations = {(path, method): paths[path][method] for path in paths for method in paths[path]}
    assert operations.keys() == {("/orders", "post"), ("/health", "get")}
    assert all(operation["security"] == [{"AWS_IAM": []}] for operation in operations.values())


def test_the_api_is_throttled_and_keeps_a_log(resources: Resources) -> None:
    stage = resources["ApiApiGatewayDefaultStage"]["Properties"]
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == {"Ref": "ThrottlingRate"}
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] == {"Ref": "ThrottlingBurst"}
    assert stage["AccessLogSettings"]["DestinationArn"] == {"Fn::GetAtt": ["ApiLogGroup", "Arn"]}
{% endblock %}
