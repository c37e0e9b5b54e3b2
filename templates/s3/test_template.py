{% extends 'base/test_template.py' %}
{% block tests %}


def test_the_bucket_is_closed_and_encrypted(resources: Resources) -> None:
    bucket = resources["Bucket"]
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["Properties"]["BucketEncryption"]
    (statement,) = resources["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_the_bucket_invokes_the_function_for_the_objects_that_it_names(resources: Resources) -> None:
    bucket = resources["Bucket"]
    (notification,) = bucket["Properties"]["NotificationConfiguration"]["LambdaConfigurations"]
    assert notification["Event"] == "s3:ObjectCreated:*"
    rules = {rule["Name"]: rule["Value"] for rule in notification["Filter"]["S3Key"]["Rules"]}
    assert rules == {"prefix": {"Ref": "Prefix"}, "suffix": {"Ref": "Suffix"}}
    assert bucket["DependsOn"] == "BucketPermission"


def test_role_and_permission_name_this_bucket_only(resources: Resources) -> None:
    name = resources["Bucket"]["Properties"]["BucketName"]
    (statement,) = (each for each in allowed(resources) if each["Sid"] == "ReadObjects")
    assert statement["Resource"] == {"Fn::Sub": ["arn:${AWS::Partition}:s3:::${Name}/*", {"Name": name}]}
    permission = resources["BucketPermission"]["Properties"]
    assert permission["SourceArn"] == {"Fn::Sub": ["arn:${AWS::Partition}:s3:::${Name}", {"Name": name}]}


def test_what_the_function_fails_on_is_kept(resources: Resources) -> None:
    config = resources["FunctionEventInvokeConfig"]["Properties"]
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["FailureQueue", "Arn"]}
    assert config["MaximumRetryAttempts"] == 2
    (statement,) = (each for each in allowed(resources) if each["Sid"] == "KeepFailedRuns")
    assert (statement["Action"], statement["Resource"]) == ("sqs:SendMessage", {"Fn::GetAtt": ["FailureQueue", "Arn"]})


def test_queues_keep_messages_for_two_weeks(resources: Resources) -> None:
    queues = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::SQS::Queue"]
    assert len(queues) == 1
    assert all(queue["MessageRetentionPeriod"] == 14 * 24 * 60 * 60 for queue in queues)
{% endblock %}
