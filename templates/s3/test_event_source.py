from aws_cdk.assertions import Capture, Match, Template


def test_bucket_is_private_and_encrypted(template: Template) -> None:
    template.has_resource(
        "AWS::S3::Bucket",
        {
            "DeletionPolicy": "RetainExceptOnCreate",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "BlockPublicPolicy": True,
                    "IgnorePublicAcls": True,
                    "RestrictPublicBuckets": True,
                },
                "VersioningConfiguration": {"Status": "Enabled"},
                "BucketEncryption": Match.any_value(),
            },
        },
    )
    plain_text = {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    template.has_resource_properties(
        "AWS::S3::BucketPolicy",
        {"PolicyDocument": {"Statement": [Match.object_like(plain_text)]}},
    )


def test_notification_filters_by_key(template: Template, alias_id: str) -> None:
    (permission,) = template.find_resources("AWS::Lambda::Permission")
    rules = [{"Name": "prefix", "Value": {"Ref": "Prefix"}}, {"Name": "suffix", "Value": {"Ref": "Suffix"}}]
    notification = {
        "Event": "s3:ObjectCreated:*",
        "Function": {"Ref": alias_id},
        "Filter": {"S3Key": {"Rules": rules}},
    }
    template.has_resource(
        "AWS::S3::Bucket",
        {
            "DependsOn": [permission],
            "Properties": {"NotificationConfiguration": {"LambdaConfigurations": [notification]}},
        },
    )


def test_access_is_limited_to_the_bucket(template: Template) -> None:
    (bucket,) = template.find_resources("AWS::S3::Bucket").values()
    prefix, (partition, name) = "arn:", ({"Ref": "AWS::Partition"}, bucket["Properties"]["BucketName"]["Fn::Join"][1])
    arn = [prefix, partition, f":s3:::{name[0]}", *name[1:]]
    statement = {"Sid": "ReadObjects", "Resource": {"Fn::Join": ["", [*arn, "/*"]]}}
    policy = Match.object_like({"PolicyDocument": {"Statement": Match.array_with([Match.object_like(statement)])}})
    template.has_resource_properties("AWS::IAM::Role", {"Policies": Match.array_with([policy])})
    template.has_resource_properties("AWS::Lambda::Permission", {"SourceArn": {"Fn::Join": ["", arn]}})


def test_failed_events_reach_destination(template: Template) -> None:
    queue = Capture()
    template.has_resource_properties(
        "AWS::Lambda::EventInvokeConfig",
        {"MaximumRetryAttempts": 2, "DestinationConfig": {"OnFailure": {"Destination": queue}}},
    )
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue.as_object()}
    policy = Match.object_like({"PolicyDocument": {"Statement": Match.array_with([Match.object_like(statement)])}})
    template.has_resource_properties("AWS::IAM::Role", {"Policies": Match.array_with([policy])})


def test_queues_retain_messages_14_days(template: Template) -> None:
    expected = {"MessageRetentionPeriod": 14 * 24 * 60 * 60}
    template.resource_properties_count_is("AWS::SQS::Queue", expected, 1)
