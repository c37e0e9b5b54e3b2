{% extends 'base/test_template.py' %}
{% block tests %}


def test_bucket_is_private_and_encrypted(resources: Resources) -> None:
    bucket = resources["Bucket"]
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["Properties"]["BucketEncryption"]
    (statement,) = resources["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_notification_filters_by_key(resources: Resources) -> None:
    bucket = resources["Bucket"]
    (notification,) = bucket["Properties"]["NotificationConfiguration"]["LambdaConfigurations"]
    assert notification["Event"] == "s3:ObjectCreated:*"
    rules = {rule["Name"]: rule["Value"] for rule in notification["Filter"]["S3Key"]["Rules"]}
    assert rules == {"prefix": {"Ref": "Prefix"}, "suffix": {"Ref": "Suffix"}}
    assert bucket["DependsOn"] == "BucketPermission"


def test_access_is_limited_to_the_bucket(resources: Resources) -> None:
    name = resources["Bucket"]["Properties"]["BucketName"]
    (statement,) = (each for each in allowed(resources) if each["Sid"] == "ReadObjects")
    pattern, values = name["Fn::Sub"]
    assert "${Stage}" in pattern
    assert statement["Resource"] == {"Fn::Sub": ["arn:${AWS::Partition}:s3:::" + pattern + "/*", values]}
    permission = resources["BucketPermission"]["Properties"]
    assert permission["SourceArn"] == {"Fn::Sub": ["arn:${AWS::Partition}:s3:::" + pattern, values]}


def test_failed_events_reach_destination(resources: Resources) -> None:
    config = resources["FunctionEventInvokeConfig"]["Properties"]
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["FailureQueue", "Arn"]}
    assert config["MaximumRetryAttempts"] == 2
    (statement,) = (each for each in allowed(resources) if each["Sid"] == "SendToFailureDestination")
    assert (statement["Action"], statement["Resource"]) == ("sqs:SendMessage", {"Fn::GetAtt": ["FailureQueue", "Arn"]})


def test_queues_retain_messages_14_days(resources: Resources) -> None:
    queues = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::SQS::Queue"]
    assert len(queues) == 1
    assert all(queue["MessageRetentionPeriod"] == 14 * 24 * 60 * 60 for queue in queues)
{% endblock %}
