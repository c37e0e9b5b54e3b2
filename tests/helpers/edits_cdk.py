"""Edits to the infrastructure of generated projects that use the CDK, as their owners make them.

Code goes to the end of the stack's constructor, changes to any file. `sentence` is what the tests of the project say.
"""

from dataclasses import dataclass

TOPIC_ARN = "arn:aws:sns:eu-central-1:123456789012:alarms"


@dataclass(frozen=True)
class Edit:
    """What an owner changes."""

    name: str
    code: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()  # file, old text, new text
    sentence: str = ""

    def __str__(self) -> str:
        return self.name


def change(name: str, path: str, old: str, new: str, sentence: str = "") -> Edit:
    """Return an edit that replaces text in a file."""
    return Edit(name, changes=((path, old, new),), sentence=sentence)


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

BASIC = "service-role/AWSLambdaBasicExecutionRole"
MANAGED_POLICY = f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{BASIC}]"


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
    accept(function.role, MANAGED_POLICY, "AwsSolutions-IAM5[Resource::*]")
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
accept(self.service, "AwsSolutions-IAM5[Action::s3:Abort*]")
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
indexes = "arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/stock/index/*"
accept(self.service, f"AwsSolutions-IAM5[Resource::{indexes}]")
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
price = "arn:aws:ssm:eu-central-1:123456789012:parameter/price"
self.service.function.add_to_role_policy(iam.PolicyStatement(actions=["ssm:GetParameter"], resources=[price]))
identity = "arn:aws:ses:eu-central-1:123456789012:identity/example.com"
inline = iam.Policy(self, "Inline", statements=[iam.PolicyStatement(actions=["ses:SendEmail"], resources=[identity])])
self.service.function.role.attach_inline_policy(inline)
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
secret = secretsmanager.Secret(self, "Token", encryption_key=own_key, removal_policy=RemovalPolicy.RETAIN)
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
accept(provider, MANAGED_POLICY, "AwsSolutions-L1", "Serverless-LambdaLatestVersion", "Serverless-LambdaDLQ")
accept(provider, "Serverless-LambdaTracing", "Serverless-LambdaDefaultMemorySize")
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
        changes=(
            (
                "infra/function.py",
                '"POWERTOOLS_SERVICE_NAME"',
                '"COUNTRY": "DE",\n            "POWERTOOLS_SERVICE_NAME"',
            ),
            ("local.env", "POWERTOOLS_SERVICE_NAME", "COUNTRY=DE\nPOWERTOOLS_SERVICE_NAME"),
        ),
    ),
    Edit(
        "timeout-and-memory",
        changes=(
            ("infra/function.py", "TIMEOUT = Duration.seconds(", "TIMEOUT = Duration.seconds(1 + "),
            ("infra/function.py", "MEMORY_SIZE = ", "MEMORY_SIZE = 512 + "),
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

FAILING_PYTHON = [
    Edit(
        "bare-bucket",
        's3.Bucket(self, "Bare")\n',
        sentence="-dev/Bare/Resource: The S3 Bucket has server access logs disabled. (AwsSolutions::AwsSolutions-S1)",
    ),
    Edit(
        "wildcard",
        """
everything = iam.PolicyStatement(actions=["s3:*"], resources=["arn:aws:s3:::a"])
self.service.function.add_to_role_policy(everything)
""",
        sentence="(AwsSolutions::AwsSolutions-IAM5[Action::s3:*])",
    ),
    Edit(
        "endless-log-group",
        'logs.LogGroup(self, "Audit", retention=logs.RetentionDays.INFINITE)\n',
        sentence="-dev/Audit/Resource: The CloudWatch Log Group does not have an explicit retention policy defined. "
        "(Serverless::Serverless-CloudWatchLogGroupRetentionPeriod)",
    ),
    Edit(
        "plain-queue",
        'accept(sqs.Queue(self, "Jobs", enforce_ssl=True), "AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy")\n',
        sentence="Jobs: Data must stay when the stack is deleted: set the removal policy RETAIN_ON_UPDATE_OR_DELETE. "
        'Fix it, or accept ("Jobs", "data_is_retained")',
    ),
    Edit(
        "unwatched-failures",
        'second_function(self, "Second", dead_letter_queue=failure_queue(self, "Failures"))\n',
        sentence='Fix it, or accept ("Failures", "failure_queues_have_an_alarm")',
    ),
    Edit(
        "silent-alarm",
        'self.service.function.metric_errors().create_alarm(self, "Silent", threshold=9, evaluation_periods=1)\n',
        sentence="Silent: An alarm must notify someone: add an alarm action.",
    ),
    Edit(
        "deaf-topic",
        """
pager = sns.Topic(self, "Pager", enforce_ssl=True, master_key=kms.Key(self, "PagerKey", enable_key_rotation=True))
alarm = self.service.function.metric_errors().create_alarm(self, "Many", threshold=100, evaluation_periods=1)
alarm.add_alarm_action(SnsAction(pager))
""",
        sentence="Pager: The policy and the key of a topic that alarms publish to must allow CloudWatch",
    ),
    Edit(
        "url-of-function",
        "self.service.function.add_function_url(auth_type=lambda_.FunctionUrlAuthType.AWS_IAM)\n",
        sentence="Service/Function/FunctionUrl: An event source of the function must invoke its alias",
    ),
    Edit(
        "lost-events",
        """
topic = sns.Topic(self, "Shipped", enforce_ssl=True, master_key=kms.Key(self, "ShippedKey", enable_key_rotation=True))
undelivered = watched_queue(self, "Undelivered")
topic.add_subscription(subscriptions.LambdaSubscription(self.service.alias, dead_letter_queue=undelivered))
""",
        sentence="Service/Function/Aliaslive: What is invoked asynchronously must have an on-failure destination",
    ),
    Edit(
        "schedule-without-queue",
        """
from aws_cdk.aws_scheduler_targets import LambdaInvoke
scheduler.Schedule(
    self,
    "Hourly",
    schedule=scheduler.ScheduleExpression.rate(Duration.hours(1)),
    target=LambdaInvoke(self.service.alias),
)
""",
        sentence="Hourly: A schedule must have a dead-letter queue for events that cannot be delivered.",
    ),
    Edit(
        "function-without-log-group",
        """
function = lambda_.CfnFunction(
    self,
    "Raw",
    code=lambda_.CfnFunction.CodeProperty(zip_file="def handler(event, context): pass"),
    handler="index.handler",
    runtime="python3.13",
    role=self.service.function.role.role_arn,
)
""",
        sentence="Raw: A function must have a log group of the stack",
    ),
    change(
        "setting-without-local-env",
        "infra/function.py",
        '"POWERTOOLS_SERVICE_NAME": SERVICE,',
        '"POWERTOOLS_SERVICE_NAME": SERVICE,\n            "COUNTRY": "DE",',
        sentence="local.env must set ['COUNTRY'], which the function has",
    ),
    change(
        "setting-in-local-env-only",
        "local.env",
        "POWERTOOLS_SERVICE_NAME",
        "COUNTRY=DE\nPOWERTOOLS_SERVICE_NAME",
        sentence="the function must have ['COUNTRY'], which local.env sets",
    ),
    change(
        "all-at-once-in-prod",
        "infra/stages.py",
        "CANARY_10_PERCENT_5_MINUTES",
        "ALL_AT_ONCE",
        sentence="Release/DeploymentGroup: Production must shift traffic by canary or linearly",
    ),
    change(
        "stale-exception",
        "tests/infra/accepted.py",
        "ACCEPTED = {\n",
        'ACCEPTED = {\n    ("Gone", "alarms_notify"): "An example.",\n',
        sentence="remove {'Gone'} from tests/infra/accepted.py: nothing breaks alarms_notify",
    ),
    Edit(
        "open-route",
        """
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
self.source.api.add_routes(
    path="/health/open",
    methods=[apigatewayv2.HttpMethod.GET],
    integration=HttpLambdaIntegration("Open", self.service.alias),
    authorizer=apigatewayv2.HttpNoneAuthorizer(),
)
""",
        sentence="-dev/EventSource/Api/GET--health--open/Resource: The API does not implement authorization. "
        "(AwsSolutions::AwsSolutions-APIG4)",
    ),
]

TYPESCRIPT_PRELUDE = """
import * as cdk from 'aws-cdk-lib';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { type IConstruct } from 'constructs';

function accept(construct: IConstruct, ...ids: string[]): void {
  const found = ids.map((id) => ({ id: `${id.split('-')[0]}::${id}`, reason: 'An example.' }));
  cdk.Validations.of(construct).acknowledge(...found);
}

function failureQueue(scope: Construct, id: string): sqs.Queue {
  const queue = new sqs.Queue(scope, id, { enforceSSL: true, removalPolicy: cdk.RemovalPolicy.RETAIN });
  accept(queue, 'AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy');
  return queue;
}

function watchedQueue(stack: ServiceStack, id: string): sqs.Queue {
  const queue = failureQueue(stack, id);
  const metric = queue.metricApproximateNumberOfMessagesVisible();
  stack.alarms.addAlarm(id, metric, { description: 'It failed.', threshold: 1 });
  return queue;
}

function secondFunction(scope: Construct, id: string, deadLetterQueue?: sqs.Queue): lambda.Function {
  const fn = new lambda.Function(scope, id, {
    code: lambda.Code.fromInline('def handler(event, context): pass'),
    handler: 'index.handler',
    runtime: lambda.Runtime.PYTHON_3_13,
    memorySize: 256,
    timeout: cdk.Duration.seconds(10),
    tracing: lambda.Tracing.ACTIVE,
    logGroup: new logs.LogGroup(scope, `${id}Logs`, { retention: logs.RetentionDays.ONE_MONTH }),
    deadLetterQueue,
  });
  accept(fn, 'AwsSolutions-L1', 'Serverless-LambdaLatestVersion', 'AwsSolutions-IAM5[Resource::*]');
  const managed = 'arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
  accept(fn, `AwsSolutions-IAM4[Policy::${managed}]`);
  return fn;
}
"""

TYPESCRIPT = [
    Edit(
        "second-topic",
        """
const pagerKey = new kms.Key(this, 'PagerKey', { enableKeyRotation: true });
const pager = new sns.Topic(this, 'Pager', { masterKey: pagerKey, enforceSSL: true });
pager.grantPublish(new iam.ServicePrincipal('cloudwatch.amazonaws.com'));
const many = this.service.function.metricErrors().createAlarm(this, 'Many', { threshold: 100, evaluationPeriods: 1 });
many.addAlarmAction(new SnsAction(pager));
""",
    ),
    Edit(
        "imported-topic",
        f"""
const company = sns.Topic.fromTopicArn(this, 'Company', '{TOPIC_ARN}');
const most = this.service.function.metricErrors().createAlarm(this, 'Most', {{ threshold: 200, evaluationPeriods: 1 }});
most.addAlarmAction(new SnsAction(company));
""",
    ),
    Edit(
        "second-function-with-queue",
        """
const jobs = new sqs.Queue(this, 'Jobs', {
  enforceSSL: true,
  removalPolicy: cdk.RemovalPolicy.RETAIN,
  visibilityTimeout: cdk.Duration.minutes(1),
  deadLetterQueue: { queue: watchedQueue(this, 'JobsDeadLetters'), maxReceiveCount: 3 },
});
const worker = secondFunction(this, 'Worker');
worker.addEventSource(new SqsEventSource(jobs, { reportBatchItemFailures: true }));
accept(worker, 'Serverless-LambdaDLQ', 'Serverless-LambdaEventSourceMappingDestination');
""",
    ),
    Edit(
        "bucket-and-table",
        """
const reports = new s3.Bucket(this, 'Reports', { enforceSSL: true });
accept(reports, 'AwsSolutions-S1');
const prices = new dynamodb.Table(this, 'Prices', {
  partitionKey: { name: 'sku', type: dynamodb.AttributeType.STRING },
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
});
prices.grantReadWriteData(this.service.function);
""",
    ),
    Edit(
        "breaching-and-composite-alarm",
        """
const silent = this.service.function.metricInvocations().createAlarm(this, 'Silent', {
  threshold: 1,
  evaluationPeriods: 1,
  comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  treatMissingData: cloudwatch.TreatMissingData.BREACHING,
});
const alarmRule = cloudwatch.AlarmRule.fromAlarm(silent, cloudwatch.AlarmState.ALARM);
const composite = new cloudwatch.CompositeAlarm(this, 'Both', { alarmRule });
composite.addAlarmAction(new SnsAction(this.alarms.topic));
const usingMetrics = { errors: this.service.function.metricErrors() };
const twice = new cloudwatch.MathExpression({ expression: 'errors * 2', usingMetrics });
twice.createAlarm(this, 'Twice', { threshold: 9, evaluationPeriods: 1 }).addAlarmAction(new SnsAction(company));
""",
    ),
    Edit("log-group", "new logs.LogGroup(this, 'Audit', { retention: logs.RetentionDays.ONE_WEEK });\n"),
    Edit("dashboard", "new cloudwatch.Dashboard(this, 'Business');\n"),
    Edit("second-api", "new apigatewayv2.HttpApi(this, 'SecondApi', { createDefaultStage: false });\n"),
    Edit(
        "scheduled-rule",
        """
const report = secondFunction(this, 'Report', watchedQueue(this, 'ReportDeadLetters'));
const target = new LambdaFunction(report, { deadLetterQueue: watchedQueue(this, 'Undelivered') });
new events.Rule(this, 'Nightly', { schedule: events.Schedule.rate(cdk.Duration.days(1)), targets: [target] });
""",
    ),
    Edit(
        "in-prod-only-and-tags",
        """
if (stage.name === 'prod') {
  new dynamodb.Table(this, 'Archive', {
    partitionKey: { name: 'sku', type: dynamodb.AttributeType.STRING },
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  });
}
Tags.of(this).add('cost-center', '42');
""",
    ),
    Edit("function-url", "this.service.alias.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.AWS_IAM });\n"),
    Edit(
        "low-level",
        """
new cdk.CfnResource(this, 'Parameter', { type: 'AWS::SSM::Parameter', properties: { Type: 'String', Value: 'live' } });
new cdk.CfnResource(this, 'Handle', { type: 'AWS::CloudFormation::WaitConditionHandle' });
""",
    ),
    Edit(
        "setting",
        changes=(
            (
                "infra/function.ts",
                "POWERTOOLS_SERVICE_NAME: SERVICE",
                "COUNTRY: 'DE', POWERTOOLS_SERVICE_NAME: SERVICE",
            ),
            ("local.env", "POWERTOOLS_SERVICE_NAME", "COUNTRY=DE\nPOWERTOOLS_SERVICE_NAME"),
        ),
    ),
    change(
        "retention", "infra/stages.ts", "logRetention: RetentionDays.TWO_WEEKS", "logRetention: RetentionDays.ONE_DAY"
    ),
    change("linear", "infra/stages.ts", "CANARY_10PERCENT_5MINUTES", "LINEAR_10PERCENT_EVERY_1MINUTE"),
    change(
        "third-stage",
        "infra/stages.ts",
        "  defineStage({\n    name: 'prod',",
        "  defineStage({\n    name: 'test',\n    logRetention: RetentionDays.ONE_MONTH,\n"
        "    trafficShifting: LambdaDeploymentConfig.ALL_AT_ONCE,\n  }),\n  defineStage({\n    name: 'prod',",
    ),
    change("timeout", "infra/function.ts", "TIMEOUT = Duration.seconds(", "TIMEOUT = Duration.seconds(1 + "),
]

FAILING_TYPESCRIPT = [
    Edit(
        "bare-bucket",
        "new s3.Bucket(this, 'Bare');\n",
        sentence="-dev/Bare/Resource: The S3 Bucket has server access logs disabled. (AwsSolutions::AwsSolutions-S1)",
    ),
    Edit(
        "endless-log-group",
        "new logs.LogGroup(this, 'Audit', { retention: logs.RetentionDays.INFINITE });\n",
        sentence="-dev/Audit/Resource: The CloudWatch Log Group does not have an explicit retention policy defined. "
        "(Serverless::Serverless-CloudWatchLogGroupRetentionPeriod)",
    ),
    Edit(
        "plain-queue",
        """
const jobs = new sqs.Queue(this, 'Jobs', { enforceSSL: true });
accept(jobs, 'AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy');
""",
        sentence="Jobs: Data must stay when the stack is deleted",
    ),
    Edit(
        "unwatched-failures",
        "secondFunction(this, 'Second', failureQueue(this, 'Failures'));\n",
        sentence="Failures: A queue that receives what failed must have an alarm on its messages.",
    ),
    Edit(
        "silent-alarm",
        "this.service.function.metricErrors().createAlarm(this, 'Silent', { threshold: 9, evaluationPeriods: 1 });\n",
        sentence="Silent: An alarm must notify someone: add an alarm action.",
    ),
    Edit(
        "deaf-topic",
        """
const deaf = new sns.Topic(this, 'Deaf', { enforceSSL: true });
const deafAlarm = this.service.function.metricErrors().createAlarm(this, 'A', { threshold: 9, evaluationPeriods: 1 });
deafAlarm.addAlarmAction(new SnsAction(deaf));
""",
        sentence="Deaf: The policy and the key of a topic that alarms publish to must allow CloudWatch",
    ),
    Edit(
        "url-of-function",
        "this.service.function.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.AWS_IAM });\n",
        sentence="Service/Function/FunctionUrl: An event source of the function must invoke its alias",
    ),
    Edit(
        "schedule-without-queue",
        """
new scheduler.Schedule(this, 'Hourly', {
  schedule: scheduler.ScheduleExpression.rate(cdk.Duration.hours(1)),
  target: new LambdaInvoke(this.service.alias),
});
""",
        sentence="Hourly: A schedule must have a dead-letter queue for events that cannot be delivered.",
    ),
    Edit(
        "lost-events",
        """
const shipped = new sns.Topic(this, 'Shipped', { enforceSSL: true });
const deadLetterQueue = watchedQueue(this, 'Undelivered');
shipped.addSubscription(new LambdaSubscription(this.service.alias, { deadLetterQueue }));
""",
        sentence="Service/Function/Aliaslive: What is invoked asynchronously must have an on-failure destination",
    ),
    change(
        "setting-without-local-env",
        "infra/function.ts",
        "POWERTOOLS_SERVICE_NAME: SERVICE",
        "COUNTRY: 'DE', POWERTOOLS_SERVICE_NAME: SERVICE",
        sentence="local.env must set COUNTRY, which the function has",
    ),
    change(
        "all-at-once-in-prod",
        "infra/stages.ts",
        "CANARY_10PERCENT_5MINUTES",
        "ALL_AT_ONCE",
        sentence="Release/DeploymentGroup: Production must shift traffic by canary or linearly",
    ),
    Edit(
        "open-route",
        """
this.source.api.addRoutes({
  path: '/health/open',
  methods: [apigatewayv2.HttpMethod.GET],
  integration: new HttpLambdaIntegration('Open', this.service.alias),
  authorizer: new apigatewayv2.HttpNoneAuthorizer(),
});
""",
        sentence="-dev/EventSource/Api/GET--health--open/Resource: The API does not implement authorization. "
        "(AwsSolutions::AwsSolutions-APIG4)",
    ),
]
