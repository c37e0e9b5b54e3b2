"""Edits to the infrastructure of generated projects that use the CDK, as their owners make them.

Code goes to the end of the stack's constructor, changes to any file. `sentence` is what the tests of the project say.
"""

from dataclasses import dataclass
from types import MappingProxyType

TOPIC_ARN = "arn:aws:sns:eu-central-1:123456789012:alarms"
NO_CHANGES: MappingProxyType[str, tuple[str, str]] = MappingProxyType({})


@dataclass(frozen=True)
class Edit:
    """What an owner changes."""

    name: str
    code: str = ""
    changes: MappingProxyType[str, tuple[str, str]] = NO_CHANGES  # file: old text, new text
    sentence: str = ""

    def __str__(self) -> str:
        return self.name


def change(name: str, path: str, old: str, new: str, *more: tuple[str, str, str], sentence: str = "") -> Edit:
    """Return an edit that replaces text in files."""
    changes = {file: (before, after) for file, before, after in ((path, old, new), *more)}
    return Edit(name, changes=MappingProxyType(changes), sentence=sentence)


PYTHON_PRELUDE = """
from aws_cdk import *
from aws_cdk import aws_apigatewayv2 as apigatewayv2, aws_cloudwatch as cloudwatch, aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2, aws_events as events, aws_iam as iam, aws_kinesis as kinesis, aws_kms as kms
from aws_cdk import aws_lambda as lambda_, aws_logs as logs, aws_s3 as s3, aws_s3_deployment as s3_deployment
from aws_cdk import aws_scheduler as scheduler, aws_secretsmanager as secretsmanager, aws_sns as sns, aws_sqs as sqs
from aws_cdk import aws_sns_subscriptions as subscriptions, aws_stepfunctions as stepfunctions
from aws_cdk.aws_cloudwatch_actions import SnsAction
from aws_cdk.aws_events_targets import LambdaFunction
from aws_cdk.aws_lambda_event_sources import KinesisEventSource, SqsDlq, SqsEventSource
from aws_cdk.custom_resources import AwsCustomResource, AwsCustomResourcePolicy, AwsSdkCall, PhysicalResourceId
from constructs import Construct


def accept(construct, *ids):
    found = (f"{each.partition('-')[0]}::{each}" for each in ids)
    Validations.of(construct).acknowledge(*(Acknowledgment(id=each, reason="An example.") for each in found))


def failure_queue(scope, name):
    queue = sqs.Queue(scope, name, enforce_ssl=True, removal_policy=RemovalPolicy.RETAIN)
    accept(queue, "AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy")
    return queue


def watched_queue(stack, name):
    queue = failure_queue(stack, name)
    stack.alarms.add_alarm(
        name, queue.metric_approximate_number_of_messages_visible(), description="It failed.", threshold=1
    )
    return queue


def second_function(scope, name, **settings):
    function = lambda_.Function(
        scope,
        name,
        code=lambda_.Code.from_inline("def handler(event, context): pass"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        memory_size=256,
        timeout=Duration.seconds(10),
        tracing=lambda_.Tracing.ACTIVE,
        log_group=logs.LogGroup(scope, f"{name}Logs", retention=logs.RetentionDays.ONE_MONTH),
        **settings,
    )
    accept(function, "AwsSolutions-L1", "Serverless-LambdaLatestVersion")
    accept(function.role, "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]")
    accept(function.role, "AwsSolutions-IAM5[Resource::*]")
    return function
"""

PYTHON = [
    Edit(
        "second-topic",
        """
key = kms.Key(self, "PagerKey", enable_key_rotation=True)
pager = sns.Topic(self, "Pager", master_key=key, enforce_ssl=True)
pager.grant_publish(iam.ServicePrincipal("cloudwatch.amazonaws.com"))
alarm = self.service.function.metric_errors().create_alarm(self, "Many", threshold=100, evaluation_periods=1)
alarm.add_alarm_action(SnsAction(pager))
""",
    ),
    Edit(
        "another-account's-topic",
        f"""
company = sns.Topic.from_topic_arn(self, "Company", "{TOPIC_ARN}")
alarm = self.service.function.metric_errors().create_alarm(self, "Company2", threshold=100, evaluation_periods=1)
alarm.add_alarm_action(SnsAction(company))
""",
    ),
    Edit(
        "second-function-with-queue",
        """
dead_letters = watched_queue(self, "JobsDeadLetters")
jobs = sqs.Queue(
    self,
    "Jobs",
    enforce_ssl=True,
    removal_policy=RemovalPolicy.RETAIN,
    visibility_timeout=Duration.minutes(1),
    dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=3),
)
worker = second_function(self, "Worker")
worker.add_event_source(SqsEventSource(jobs, report_batch_item_failures=True))
accept(worker, "Serverless-LambdaDLQ", "Serverless-LambdaEventSourceMappingDestination")
""",
    ),
    Edit(
        "bucket",
        """
reports = s3.Bucket(self, "Reports", enforce_ssl=True, block_public_access=s3.BlockPublicAccess.BLOCK_ALL)
accept(reports, "AwsSolutions-S1")
reports.grant_put(self.service.function, "reports/a.csv")
""",
    ),
    Edit(
        "table",
        """
prices = dynamodb.Table(
    self,
    "Prices",
    partition_key=dynamodb.Attribute(name="sku", type=dynamodb.AttributeType.STRING),
    point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(point_in_time_recovery_enabled=True),
)
prices.grant_read_write_data(self.service.function)
imported = dynamodb.Table.from_table_name(self, "Stock", "stock")
imported.grant_read_data(self.service.function)
accept(self.service, "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/stock/index/*]")
""",
    ),
    Edit(
        "breaching-alarm",
        """
silent = self.service.function.metric_invocations().create_alarm(
    self,
    "Silent",
    threshold=1,
    evaluation_periods=1,
    comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
)
silent.add_alarm_action(SnsAction(self.alarms.topic))
ratio = cloudwatch.MathExpression(
    expression="errors / invocations",
    using_metrics={
        "errors": self.service.function.metric_errors(),
        "invocations": self.service.function.metric_invocations(),
    },
)
ratio.create_alarm(self, "Ratio", threshold=1, evaluation_periods=1).add_alarm_action(SnsAction(self.alarms.topic))
composite = cloudwatch.CompositeAlarm(
    self, "Both", alarm_rule=cloudwatch.AlarmRule.from_alarm(silent, cloudwatch.AlarmState.ALARM)
)
composite.add_alarm_action(SnsAction(self.alarms.topic))
""",
    ),
    change(
        "vpc",
        "infra/function.py",
        "        return lambda_.Function(\n",
        """        from aws_cdk import aws_ec2 as ec2

        vpc = ec2.Vpc.from_vpc_attributes(
            self,
            "Vpc",
            vpc_id="vpc-12345678",
            availability_zones=["eu-central-1a"],
            private_subnet_ids=["subnet-12345678"],
        )
        return lambda_.Function(
""",
    ),
    Edit("log-group", 'logs.LogGroup(self, "Audit", retention=logs.RetentionDays.ONE_WEEK)\n'),
    Edit(
        "subscription",
        """
sns.Subscription(
    self, "Second", topic=self.alarms.topic, protocol=sns.SubscriptionProtocol.EMAIL, endpoint="second@example.com"
)
accept(self.node.find_child("Second"), "Serverless-SNSRedrivePolicy")
""",
    ),
    Edit(
        "dashboard",
        """
cloudwatch.Dashboard(self, "Business").add_widgets(cloudwatch.TextWidget(markdown="# Orders"))
""",
    ),
    Edit(
        "second-api",
        """
api = apigatewayv2.HttpApi(self, "Second-Api", create_default_stage=False)
""",
    ),
    Edit(
        "statement",
        """
self.service.function.add_to_role_policy(iam.PolicyStatement(actions=["ssm:GetParameter"], resources=["arn:aws:ssm:eu-central-1:123456789012:parameter/price"]))
self.service.function.role.attach_inline_policy(iam.Policy(self, "Inline", statements=[
    iam.PolicyStatement(actions=["ses:SendEmail"], resources=["arn:aws:ses:eu-central-1:123456789012:identity/example.com"]),
]))
""",
    ),
    Edit(
        "in-prod-only",
        """
if stage.name == "prod":
    stream = kinesis.Stream(self, "Changes", encryption=kinesis.StreamEncryption.MANAGED)
    stream.grant_write(self.service.function)
    accept(self.service, "AwsSolutions-IAM5[Action::kms:GenerateDataKey*]", "AwsSolutions-IAM5[Action::kms:ReEncrypt*]")
""",
    ),
    Edit("tags", 'Tags.of(self).add("team", "shop")\nTags.of(self.service).add("cost-center", "42")\n'),
    Edit(
        "topic-to-second-function",
        """
orders = sns.Topic(self, "Shipped", enforce_ssl=True, master_key=kms.Key(self, "ShippedKey", enable_key_rotation=True))
notifier = second_function(self, "Notifier", dead_letter_queue=watched_queue(self, "NotifierDeadLetters"))
orders.add_subscription(
    subscriptions.LambdaSubscription(notifier, dead_letter_queue=watched_queue(self, "Unsent"))
)
""",
    ),
    Edit(
        "scheduled-rule",
        """
report = second_function(self, "Report", dead_letter_queue=watched_queue(self, "ReportDeadLetters"))
target = LambdaFunction(report, dead_letter_queue=watched_queue(self, "Undelivered"))
events.Rule(self, "Nightly", schedule=events.Schedule.cron(hour="3", minute="0"), targets=[target])
""",
    ),
    Edit(
        "stream",
        """
changes = kinesis.Stream(self, "Log", encryption=kinesis.StreamEncryption.MANAGED)
reader = second_function(self, "Reader")
accept(reader, "Serverless-LambdaDLQ")
reader.add_event_source(
    KinesisEventSource(
        changes,
        starting_position=lambda_.StartingPosition.LATEST,
        on_failure=SqsDlq(watched_queue(self, "ReaderFailures")),
    )
)
""",
    ),
    Edit(
        "state-machine",
        """
task = stepfunctions.Pass(self, "Start")
stepfunctions.StateMachine(
    self,
    "Flow",
    definition_body=stepfunctions.DefinitionBody.from_chainable(task),
    tracing_enabled=True,
    logs=stepfunctions.LogOptions(
        destination=logs.LogGroup(self, "FlowLogs", retention=logs.RetentionDays.ONE_WEEK),
        level=stepfunctions.LogLevel.ALL,
    ),
)
accept(self.node.find_child("Flow"), "AwsSolutions-IAM5[Resource::*]")
""",
    ),
    Edit(
        "secret-and-key",
        """
own_key = kms.Key(self, "OwnKey", enable_key_rotation=True)
secret = secretsmanager.Secret(self, "Token", encryption_key=own_key)
accept(secret, "AwsSolutions-SMG4")
secret.grant_read(self.service.function)
""",
    ),
    Edit(
        "function-url",
        """
url = self.service.alias.add_function_url(auth_type=lambda_.FunctionUrlAuthType.AWS_IAM)
""",
    ),
    Edit(
        "custom-resource",
        """
AwsCustomResource(
    self,
    "Lookup",
    on_update=AwsSdkCall(
        service="SSM",
        action="getParameter",
        parameters={"Name": "price"},
        physical_resource_id=PhysicalResourceId.of("price"),
    ),
    policy=AwsCustomResourcePolicy.from_sdk_calls(resources=["arn:aws:ssm:eu-central-1:123456789012:parameter/price"]),
    log_group=logs.LogGroup(self, "LookupLogs", retention=logs.RetentionDays.ONE_DAY),
    install_latest_aws_sdk=False,
)
provider = self.node.find_child("AWS679f53fac002430cb0da5b7982bd2287")
accept(provider, "AwsSolutions-L1", "Serverless-LambdaLatestVersion", "Serverless-LambdaDLQ", "Serverless-LambdaTracing", "Serverless-LambdaDefaultMemorySize")
accept(provider, "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]")
""",
    ),
    Edit(
        "low-level-and-nested",
        """
nested = Construct(self, "Feature")
CfnResource(nested, "Parameter", type="AWS::SSM::Parameter", properties={"Type": "String", "Value": "live"})
CfnResource(nested, "Handle", type="AWS::CloudFormation::WaitConditionHandle")
""",
    ),
    Edit(
        "setting",
        changes=MappingProxyType(
            {
                "infra/function.py": (
                    '"POWERTOOLS_SERVICE_NAME": SERVICE,',
                    '"POWERTOOLS_SERVICE_NAME": SERVICE,\n            "COUNTRY": "DE",',
                ),
                "local.env": ("POWERTOOLS_SERVICE_NAME", "COUNTRY=DE\nPOWERTOOLS_SERVICE_NAME"),
            }
        ),
    ),
    change(
        "retention",
        "infra/stages.py",
        "log_retention=RetentionDays.TWO_WEEKS",
        "log_retention=RetentionDays.THREE_DAYS",
    ),
    change("linear", "infra/stages.py", "CANARY_10_PERCENT_5_MINUTES", "LINEAR_10_PERCENT_EVERY_1_MINUTE"),
    change(
        "third-stage",
        "infra/stages.py",
        '\n    Stage(\n        name="prod"',
        """
    Stage(
        name="test",
        log_retention=RetentionDays.ONE_MONTH,
        traffic_shifting=LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
    ),
    Stage(
        name="prod\"""",
    ),
]
