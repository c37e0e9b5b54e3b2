from aws_cdk.assertions import Match, Template


def test_all_routes_require_iam_auth(template: Template) -> None:
    routes = template.find_resources("AWS::ApiGatewayV2::Route").values()
    assert {route["Properties"]["RouteKey"] for route in routes} == {"POST /orders", "GET /health"}
    template.all_resources_properties("AWS::ApiGatewayV2::Route", {"AuthorizationType": "AWS_IAM"})


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
