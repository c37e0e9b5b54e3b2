"""What owners do to a project with AWS SAM in its first weeks, and the sentence for an edit that breaks a rule."""

from dataclasses import dataclass

TEMPLATE, SAMCONFIG, ACCEPTED, LOCAL = "template.yaml", "samconfig.toml", "tests/infra/accepted.py", "local.env"
ALARM = """
  {name}:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: {namespace}
      MetricName: {metric}
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
"""
KEPT = """
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain"""
SERVICE_ROLE = """
  {name}:
    Type: AWS::IAM::Role
    Properties:
      Path: !Sub /zoo/${{Stage}}/
      PermissionsBoundary: !If [HasPermissionsBoundary, !Ref PermissionsBoundary, !Ref AWS::NoValue]
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: {{ Effect: Allow, Principal: {{ Service: {service} }}, Action: sts:AssumeRole }}
"""
DEAD_LETTER_QUEUE = (
    f"""
  ReportDeadLetterQueue:
    Type: AWS::SQS::Queue{KEPT}
    Properties:
      MessageRetentionPeriod: 1209600
      KmsMasterKeyId: !If [HasKey, !Ref KeyArn, !Ref AWS::NoValue]
"""
    + ALARM.format(
        name="ReportDeadLetterAlarm", namespace="AWS/SQS", metric="ApproximateNumberOfMessagesVisible"
    ).rstrip()
    + """
      Dimensions: [{ Name: QueueName, Value: !GetAtt ReportDeadLetterQueue.QueueName }]
      AlarmActions: [!Ref AlarmTopic]
"""
)
# A function as users of SAM write it: without a role, a log group or a runtime of its own.
REPORT = """
  Report:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: infra/pre_traffic
      Handler: check.lambda_handler
      Runtime: python3.13
"""
LOGGING_REPORT = (
    f"""
  ReportLogGroup:
    Type: AWS::Logs::LogGroup{KEPT}
    Properties:
      RetentionInDays: 30
      KmsKeyId: !If [HasKey, !Ref KeyArn, !Ref AWS::NoValue]
{REPORT.rstrip()}
      LoggingConfig:
        LogGroup: !Ref ReportLogGroup
""",
)[0]
REPORT_QUEUE = f"""
  ReportQueue:
    Type: AWS::SQS::Queue{KEPT}
    Properties:
      VisibilityTimeout: 60
      KmsMasterKeyId: !If [HasKey, !Ref KeyArn, !Ref AWS::NoValue]
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt ReportDeadLetterQueue.Arn
        maxReceiveCount: 5
"""
FROM_QUEUE = """      Events:
        Messages:
          Type: SQS
          Properties: { Queue: !GetAtt ReportQueue.Arn }
"""
BUCKET = f"""
  Reports:
    Type: AWS::S3::Bucket{KEPT}
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - !If
            - HasKey
            - ServerSideEncryptionByDefault: {{ SSEAlgorithm: "aws:kms", KMSMasterKeyID: !Ref KeyArn }}
            - ServerSideEncryptionByDefault: {{ SSEAlgorithm: AES256 }}
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
"""
TABLE = f"""
  Links:
    Type: AWS::DynamoDB::Table{KEPT}
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{{ AttributeName: id, AttributeType: S }}]
      KeySchema: [{{ AttributeName: id, KeyType: HASH }}]
      PointInTimeRecoverySpecification: {{ PointInTimeRecoveryEnabled: true }}
      SSESpecification:
        SSEEnabled: true
        SSEType: KMS
        KMSMasterKeyId: !If [HasKey, !Ref KeyArn, !Ref AWS::NoValue]
"""
ROLE = "        - PolicyName: Function\n"
STATEMENTS = f"""{ROLE}          PolicyDocument:
            Version: "2012-10-17"
            Statement:
"""
ENVIRONMENT = "          POWERTOOLS_SERVICE_NAME: zoo\n"
FUNCTION = "      Role: !GetAtt FunctionRole.Arn #"
ROLE_PROPERTIES = "      Description: Execution role of the function.\n"
NETWORK = """              - Effect: Allow
                Action: [ec2:CreateNetworkInterface, ec2:DeleteNetworkInterface, ec2:DescribeNetworkInterfaces]
                Resource: "*"
"""
VPC = "      VpcConfig: { SubnetIds: [subnet-0123456789abcdef0], SecurityGroupIds: [sg-0123456789abcdef0] }\n"
CERTAIN_ALARM = "      AlarmActions: [!Ref AlarmTopic]\n"

Change = tuple[str, str, str]


@dataclass(frozen=True)
class Edit:
    """An edit: `resources` to add, texts to replace in files, entries for `accepted.py`.

    `sentence` is what it must fail with; without one, nothing may fail. `alone` does not go with the others.
    """

    resources: str = ""
    changes: tuple[Change, ...] = ()
    accepted: tuple[tuple[str, str], ...] = ()
    sentence: str = ""
    alone: bool = False
    sources: tuple[str, ...] = ("http-api", "sqs")


def after(anchor: str, text: str, file: str = TEMPLATE) -> Change:
    """Return the change that inserts `text` after `anchor`."""
    return file, anchor, anchor + text


def before(anchor: str, text: str, file: str = TEMPLATE) -> Change:
    """Return the change that inserts `text` before `anchor`."""
    return file, anchor, text + anchor


def broken(place: str, rule: str) -> str:
    """Return the end of the sentence for what breaks a rule."""
    return f'accept it in tests/infra/accepted.py: ("{place}", "{rule}")'


EDITS = {
    "a second alarm topic": Edit(
        resources="\n  PagerTopic:\n    Type: AWS::SNS::Topic\n",
        changes=((TEMPLATE, CERTAIN_ALARM, "      AlarmActions: [!Ref AlarmTopic, !Ref PagerTopic]\n"),),
        alone=True,  # it would change the others' alarms
    ),
    "the company's topic, as a literal": Edit(
        changes=((TEMPLATE, "[!Ref AlarmTopic]\n", '["arn:aws:sns:eu-central-1:123456789012:alarms"]\n'),),
        alone=True,
    ),
    "the company's topic, imported": Edit(
        changes=((TEMPLATE, "[!Ref AlarmTopic]\n", "[!ImportValue alarms]\n"),),
        alone=True,
    ),
    "the company's topic, as a parameter": Edit(
        changes=(
            (TEMPLATE, "[!Ref AlarmTopic]\n", "[!Ref CompanyTopic]\n"),
            before("  AlarmEmail:\n", "  CompanyTopic:\n    Type: String\n    Default: arn:aws:sns:eu-central-1:1:a\n"),
            before('AlarmEmail = "none"\n', 'CompanyTopic = "arn:aws:sns:eu-central-1:1:alarms"\n', SAMCONFIG),
        ),
        alone=True,
    ),
    "a topic with the AWS managed key": Edit(
        changes=((TEMPLATE, "KmsMasterKeyId: !Ref AlarmKey", "KmsMasterKeyId: alias/aws/sns"),),
        sentence=broken("AlarmTopic", "topics_accept_alarms"),
    ),
    "a second function with its own queue": Edit(
        resources=LOGGING_REPORT + FROM_QUEUE + REPORT_QUEUE + DEAD_LETTER_QUEUE
    ),
    "a second function that logs anywhere": Edit(
        resources=REPORT, sentence=broken("Report", "functions_have_a_log_group"), alone=True
    ),
    "a second function with a variable and no right to its key": Edit(
        resources=LOGGING_REPORT + "      Environment: { Variables: { TARGET: reports } }\n",
        sentence=broken("Report", "functions_decrypt_their_environment"),
        alone=True,
    ),
    "a queue without a dead-letter queue for a function": Edit(
        resources=LOGGING_REPORT
        + FROM_QUEUE
        + REPORT_QUEUE.replace(REPORT_QUEUE[REPORT_QUEUE.index("      RedrivePolicy") :], ""),
        sentence=broken("ReportQueue", "failed_messages_are_kept"),
        alone=True,
    ),
    "a queue": Edit(
        resources=f"""
  Outbox:
    Type: AWS::SQS::Queue{KEPT}
    Properties:
      KmsMasterKeyId: !If [HasKey, !Ref KeyArn, !Ref AWS::NoValue]
"""
    ),
    "a bare queue": Edit(
        resources="\n  Bare:\n    Type: AWS::SQS::Queue\n", sentence=broken("Bare", "data_is_retained")
    ),
    "a bucket": Edit(resources=BUCKET),
    "a bare bucket": Edit(
        resources="\n  Open:\n    Type: AWS::S3::Bucket\n", sentence=broken("Open", "buckets_block_public_access")
    ),
    "a bucket that is accepted": Edit(
        resources=f"\n  Site:\n    Type: AWS::S3::Bucket{KEPT}\n",
        accepted=(("Site", "buckets_block_public_access"), ("Site", "data_is_encrypted_with_the_key")),
    ),
    "a table with a grant": Edit(
        resources=TABLE,
        changes=(
            after(
                STATEMENTS,
                """              - Sid: UseLinks
                Effect: Allow
                Action: [dynamodb:GetItem, dynamodb:PutItem]
                Resource: !GetAtt Links.Arn
""",
            ),
            after(ENVIRONMENT, "          LINKS_TABLE: !Ref Links\n"),
            ("local.env", "\nCURRENCY=", "\nLINKS_TABLE=links\nCURRENCY="),
        ),
    ),
    "a table without a grant": Edit(
        resources=TABLE,
        changes=(
            after(ENVIRONMENT, "          LINKS_TABLE: !Ref Links\n"),
            ("local.env", "\nCURRENCY=", "\nLINKS_TABLE=links\nCURRENCY="),
        ),
        sentence=broken("Function/Links", "functions_may_use_what_they_name"),
    ),
    "a bucket that a second function may read": Edit(
        resources=LOGGING_REPORT
        + """      Environment: { Variables: { REPORTS: !Ref Reports } }
      Policies:
        - S3ReadPolicy: { BucketName: !Ref Reports }
        - Statement: { Effect: Allow, Action: "kms:Decrypt", Resource: !Ref KeyArn }
"""
        + BUCKET,
        alone=True,
    ),
    "a bucket that a second function may not read": Edit(
        resources=LOGGING_REPORT
        + """      Environment: { Variables: { REPORTS: !Sub "s3://${Reports}/daily" } }
      Policies:
        - Statement: { Effect: Allow, Action: "kms:Decrypt", Resource: !Ref KeyArn }
"""
        + BUCKET,
        sentence=broken("Report/Reports", "functions_may_use_what_they_name"),
        alone=True,
    ),
    "an alarm on missing data": Edit(
        resources=ALARM.format(name="SilenceAlarm", namespace="AWS/Lambda", metric="Invocations").rstrip()
        + "\n      TreatMissingData: breaching\n      AlarmActions: [!Ref AlarmTopic]\n"
    ),
    "an alarm for nobody": Edit(
        resources=ALARM.format(name="MuteAlarm", namespace="AWS/Lambda", metric="Invocations"),
        sentence=broken("MuteAlarm", "alarms_notify"),
    ),
    "a composite alarm": Edit(
        resources=ALARM.format(name="PartAlarm", namespace="AWS/Lambda", metric="Invocations")
        + """
  WholeAlarm:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties:
      AlarmRule: !Sub ALARM("${PartAlarm}")
      AlarmActions: [!Ref AlarmTopic]
"""
    ),
    "a VPC with the managed policy": Edit(
        changes=(
            before(FUNCTION, VPC),
            after(
                ROLE_PROPERTIES,
                "      ManagedPolicyArns:\n"
                "        - !Sub arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole\n",
            ),
        ),
    ),
    "a VPC with statements": Edit(
        changes=(before(FUNCTION, VPC), after(STATEMENTS, NETWORK)),
        sentence=broken("FunctionRole/ec2:CreateNetworkInterface", "roles_name_actions_and_resources"),
        alone=True,
    ),
    "a VPC with statements that are accepted": Edit(
        changes=(before(FUNCTION, VPC), after(STATEMENTS, NETWORK)),
        accepted=(("FunctionRole/ec2:CreateNetworkInterface", "roles_name_actions_and_resources"),),
        alone=True,
    ),
    "a managed policy that allows much": Edit(
        changes=(
            after(ROLE_PROPERTIES, "      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess]\n"),
        ),
        sentence=broken("FunctionRole/AmazonDynamoDBFullAccess", "roles_name_actions_and_resources"),
    ),
    "another retention for dev": Edit(changes=((TEMPLATE, "LogRetentionInDays: 14", "LogRetentionInDays: 30"),)),
    "linear traffic in prod": Edit(
        changes=(
            (
                TEMPLATE,
                "TrafficShifting: CodeDeployDefault.LambdaCanary10Percent5Minutes }",
                "TrafficShifting: CodeDeployDefault.LambdaLinear10PercentEvery1Minute }",
            ),
        )
    ),
    "a third stage": Edit(
        changes=(
            (TEMPLATE, "AllowedValues: [dev, prod]", "AllowedValues: [dev, prod, staging]"),
            before(
                "\nConditions:\n",
                "    staging: { LogRetentionInDays: 30, TrafficShifting: CodeDeployDefault.LambdaAllAtOnce }\n",
            ),
            ("samconfig.toml", "{stage}", "staging"),
        )
    ),
    "a third stage without samconfig.toml": Edit(
        changes=((TEMPLATE, "AllowedValues: [dev, prod]", "AllowedValues: [dev, prod, test]"),),
        sentence="samconfig.toml must have the stages in AllowedValues of Stage",
        alone=True,
    ),
    "a third stage without its mapping": Edit(
        changes=(
            (TEMPLATE, "AllowedValues: [dev, prod]", "AllowedValues: [dev, prod, test]"),
            ("samconfig.toml", "{stage}", "test"),
        ),
        sentence="template.yaml: Mappings must have Stages.test.",
        alone=True,
    ),
    "a log group": Edit(
        resources=f"""
  AuditLogGroup:
    Type: AWS::Logs::LogGroup{KEPT}
    Properties:
      RetentionInDays: 731
      KmsKeyId: !If [HasKey, !Ref KeyArn, !Ref AWS::NoValue]
"""
    ),
    "a log group without retention": Edit(
        resources=f"\n  EndlessLogGroup:\n    Type: AWS::Logs::LogGroup{KEPT}\n",
        sentence=broken("EndlessLogGroup", "log_groups_expire"),
    ),
    "another name for the log group": Edit(
        changes=((TEMPLATE, "FunctionLogGroup", "ServiceLogGroup"),),
    ),
    "a literal variable": Edit(
        changes=(
            after(ENVIRONMENT, '          GREETING: "hello"\n'),
            ("local.env", "\nCURRENCY=", "\nGREETING=hello\nCURRENCY="),
        )
    ),
    "a literal variable that local.env lacks": Edit(
        changes=(after(ENVIRONMENT, "          FAREWELL: goodbye\n"),),
        sentence="local.env: list FAREWELL, which Function has",
    ),
    "a second subscription": Edit(
        resources="""
  PagerSubscription:
    Type: AWS::SNS::Subscription
    Properties: { TopicArn: !Ref AlarmTopic, Protocol: email, Endpoint: pager@example.com }
"""
    ),
    "another timeout": Edit(
        changes=((TEMPLATE, "      Timeout: 10 #", "      Timeout: 20 #"),),
        sentence="FunctionDurationAlarm: set Threshold to 16000, 80% of Function's Timeout",
        sources=("http-api",),
    ),
    "another timeout of the queue's function": Edit(
        changes=((TEMPLATE, "      Timeout: 30 #", "      Timeout: 60 #"), (TEMPLATE, ": 24000", ": 48000")),
        sentence="Queue: set VisibilityTimeout to 420 or more, six times Function's Timeout plus",
        sources=("sqs",),
    ),
    "another timeout with its alarm": Edit(
        changes=((TEMPLATE, "      Timeout: 10 #", "      Timeout: 20 #"), (TEMPLATE, ": 8000 #", ": 16000 #")),
        sources=("http-api",),
    ),
    "another memory": Edit(changes=((TEMPLATE, "      MemorySize: 512\n", "      MemorySize: 1769\n"),)),
    "a second dashboard": Edit(
        resources="""
  BusinessDashboard:
    Type: AWS::CloudWatch::Dashboard
    Properties: { DashboardBody: '{"widgets": []}' }
"""
    ),
    "a second API": Edit(
        resources="""
  AdminApi:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth: { EnableIamAuthorizer: true, DefaultAuthorizer: AWS_IAM }
      DefaultRouteSettings: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 10 }
      AccessLogSettings: { DestinationArn: !GetAtt ApiLogGroup.Arn, Format: $context.requestId }
      DefinitionBody:
        openapi: 3.0.1
        info: { title: admin, version: "1" }
        paths:
          /status:
            get:
              x-amazon-apigateway-integration: { type: http_proxy, httpMethod: GET, uri: "https://example.com" }
""",
        sources=("http-api",),
    ),
    "a second API without logs": Edit(
        resources="""
  BareApi:
    Type: AWS::ApiGatewayV2::Api
    Properties: { Name: bare, ProtocolType: HTTP }

  BareStage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: { ApiId: !Ref BareApi, StageName: $default }
""",
        sentence=broken("BareStage", "apis_limit_and_log_requests"),
    ),
    "an open route": Edit(
        changes=(
            (TEMPLATE, "Method: GET, Path: /health }", "Method: GET, Path: /health, Auth: { Authorizer: NONE } }"),
        ),
        sentence=broken("Api/GET /health", "routes_have_an_authorizer"),
        sources=("http-api",),
    ),
    "an open route that is accepted": Edit(
        changes=(
            (TEMPLATE, "Method: GET, Path: /health }", "Method: GET, Path: /health, Auth: { Authorizer: NONE } }"),
        ),
        accepted=(("Api/GET /health", "routes_have_an_authorizer"),),
        sources=("http-api",),
    ),
    "an open API that is accepted": Edit(
        changes=((TEMPLATE, "        DefaultAuthorizer: AWS_IAM #", "        #"),),
        accepted=(("Api", "routes_have_an_authorizer"),),
        sources=("http-api",),
        alone=True,
    ),
    "a statement without Sid": Edit(
        changes=(
            after(
                STATEMENTS,
                """              - Effect: Allow
                Action: ssm:GetParameter
                Resource: !Sub arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/zoo/key
""",
            ),
        )
    ),
    "a second inline policy": Edit(
        changes=(
            before(
                ROLE,
                """        - PolicyName: Extra
          PolicyDocument:
            Version: "2012-10-17"
            Statement: { Effect: Allow, Action: "sns:Publish", Resource: !Ref AlarmTopic }
""",
            ),
        )
    ),
    "an inline policy on a condition": Edit(
        changes=(
            before(
                ROLE,
                """        - !If
          - HasKey
          - PolicyName: WithKey
            PolicyDocument:
              Version: "2012-10-17"
              Statement: [{ Effect: Allow, Action: ["kms:DescribeKey"], Resource: [!Ref KeyArn] }]
          - !Ref AWS::NoValue
""",
            ),
        )
    ),
    "a statement of all but some actions": Edit(
        changes=(
            before(
                ROLE,
                """        - PolicyName: Almost
          PolicyDocument:
            Version: "2012-10-17"
            Statement: { Effect: Allow, NotAction: "iam:*", Resource: !Ref AlarmTopic }
""",
            ),
        ),
        sentence=broken("FunctionRole/iam:*", "roles_name_actions_and_resources"),
    ),
    "a resource in prod only": Edit(
        resources=f"""
  Archive:
    Type: AWS::SQS::Queue
    Condition: InProd{KEPT}
    Properties:
      KmsMasterKeyId: !If [HasKey, !Ref KeyArn, !Ref AWS::NoValue]
""",
        changes=(after("\nConditions:\n", "  InProd: !Equals [!Ref Stage, prod]\n"),),
    ),
    "a bare resource in prod only": Edit(
        resources="\n  ProdOnly:\n    Type: AWS::SQS::Queue\n    Condition: IsProd\n",
        changes=(after("\nConditions:\n", "  IsProd: !And [!Equals [!Ref Stage, prod], !Condition RollsBack]\n"),),
        sentence=broken("ProdOnly", "data_is_retained"),
    ),
    "tags": Edit(
        changes=(after("confirm_changeset = true\n", 'tags = ["team=zoo", "cost-center=42"]\n', SAMCONFIG),),
    ),
    "tags of functions": Edit(
        changes=(after("    Tracing: Active\n", "    Tags: { team: zoo }\n"),),
        sentence="Function: the tag team publishes no version when it changes, so the deployment fails; set tags in",
    ),
    # Others in the same spirit.
    "a topic that feeds the second function": Edit(
        resources=LOGGING_REPORT
        + """      EventInvokeConfig:
        DestinationConfig:
          OnFailure: { Type: SQS, Destination: !GetAtt ReportDeadLetterQueue.Arn }
      Events:
        Notices:
          Type: SNS
          Properties:
            Topic: !Ref Notices
            RedrivePolicy: { deadLetterTargetArn: !GetAtt ReportDeadLetterQueue.Arn }

  Notices:
    Type: AWS::SNS::Topic

  ReportDeadLetterPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref ReportDeadLetterQueue]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          Effect: Allow
          Principal: { Service: sns.amazonaws.com }
          Action: sqs:SendMessage
          Resource: !GetAtt ReportDeadLetterQueue.Arn
          Condition: { ArnEquals: { "aws:SourceArn": !Ref Notices } }
"""
        + DEAD_LETTER_QUEUE,
        alone=True,
    ),
    "a topic that loses what the second function fails on": Edit(
        resources=LOGGING_REPORT
        + """      Events:
        Notices:
          Type: SNS
          Properties: { Topic: !Ref AlarmTopic }
""",
        sentence=broken("Report", "failed_events_are_kept"),
        alone=True,
    ),
    "a rule without a dead-letter queue": Edit(
        resources=LOGGING_REPORT
        + """      Events:
        Nightly:
          Type: Schedule
          Properties: { Schedule: rate(1 day) }
""",
        sentence=broken("ReportNightly/ReportNightlyLambdaTarget", "undelivered_events_are_kept"),
        alone=True,
    ),
    "a rule with a dead-letter queue that it may not use": Edit(
        resources=LOGGING_REPORT
        + """      Events:
        Nightly:
          Type: Schedule
          Properties:
            Schedule: rate(1 day)
            DeadLetterConfig: { Arn: !GetAtt ReportDeadLetterQueue.Arn }
"""
        + DEAD_LETTER_QUEUE,
        sentence=broken("ReportDeadLetterQueue", "failure_queues_accept_messages"),
        alone=True,
    ),
    "a rule for the second function": Edit(
        resources=LOGGING_REPORT
        + """      DeadLetterQueue: { Type: SQS, TargetArn: !GetAtt ReportDeadLetterQueue.Arn }
      Events:
        Nightly:
          Type: Schedule
          Properties:
            Schedule: rate(1 day)
            DeadLetterConfig: { Type: SQS, QueueLogicalId: NightlyQueue }

  NightlyAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions: [{ Name: QueueName, Value: !GetAtt NightlyQueue.QueueName }]
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      AlarmActions: [!Ref AlarmTopic]
"""
        + DEAD_LETTER_QUEUE,
        accepted=(("NightlyQueue", "data_is_retained"), ("NightlyQueue", "data_is_encrypted_with_the_key")),
        alone=True,
    ),
    "a rule that invokes the function itself": Edit(
        resources=f"""
  Unqualified:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 day)
      Targets:
        - Id: Function
          Arn: !GetAtt Function.Arn
          DeadLetterConfig: {{ Arn: !GetAtt Outbox.Arn }}

  Outbox:
    Type: AWS::SQS::Queue{KEPT}
""",
        sentence=broken("Unqualified", "event_sources_invoke_the_alias"),
        alone=True,
    ),
    "a stream for the second function": Edit(
        resources=LOGGING_REPORT
        + """      Events:
        Records:
          Type: Kinesis
          Properties:
            Stream: !Sub arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/records
            StartingPosition: LATEST
            DestinationConfig:
              OnFailure: { Type: SQS, Destination: !GetAtt ReportDeadLetterQueue.Arn }
"""
        + DEAD_LETTER_QUEUE,
        alone=True,
    ),
    "a stream that loses records": Edit(
        resources=LOGGING_REPORT
        + """      Events:
        Records:
          Type: Kinesis
          Properties:
            Stream: !Sub arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/records
            StartingPosition: LATEST
""",
        sentence=broken("ReportRecords", "failed_messages_are_kept"),
        alone=True,
    ),
    "a state machine": Edit(
        resources=SERVICE_ROLE.format(name="WorkflowRole", service="states.amazonaws.com").rstrip()
        + """
      Policies:
        - PolicyName: Workflow
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{ Effect: Allow, Action: "lambda:InvokeFunction", Resource: !Ref Function.Alias }]

  Workflow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Role: !GetAtt WorkflowRole.Arn
      Definition:
        StartAt: Work
        States:
          Work: { Type: Task, Resource: !Ref Function.Alias, End: true }
"""
    ),
    "a state machine that invokes the function itself": Edit(
        resources=SERVICE_ROLE.format(name="WorkflowRole", service="states.amazonaws.com")
        + """
  Workflow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt WorkflowRole.Arn
      DefinitionSubstitutions: { Work: !GetAtt Function.Arn }
      DefinitionString: '{"StartAt": "Work", "States": {"Work": {"Type": "Task", "Resource": "${Work}", "End": true}}}'
""",
        sentence=broken("Workflow", "event_sources_invoke_the_alias"),
        alone=True,
    ),
    "a role of a generated schedule": Edit(
        resources=LOGGING_REPORT
        + """      Events:
        Hourly:
          Type: ScheduleV2
          Properties: { ScheduleExpression: rate(1 hour) }
""",
        sentence=broken("ReportHourlyRole", "roles_have_boundary_and_path"),
        alone=True,
    ),
    "a security group": Edit(
        resources="""
  SecurityGroup:
    Type: AWS::EC2::SecurityGroup
    Properties: { GroupDescription: The function, VpcId: vpc-0123456789abcdef0 }
"""
    ),
    "a layer": Edit(
        changes=(
            before(
                FUNCTION, "      Layers: [!Sub 'arn:${AWS::Partition}:lambda:${AWS::Region}:123456789012:layer:a:1']\n"
            ),
        )
    ),
    "a layer of one's own": Edit(
        resources="""
  Fonts:
    Type: AWS::Serverless::LayerVersion
    Properties: { ContentUri: infra/fonts }
"""
    ),
    "a function URL": Edit(changes=(before(FUNCTION, "      FunctionUrlConfig: { AuthType: AWS_IAM }\n"),)),
    "an open function URL": Edit(
        changes=(before(FUNCTION, "      FunctionUrlConfig: { AuthType: NONE }\n"),),
        sentence=broken("FunctionUrl", "routes_have_an_authorizer"),
    ),
    "a secret": Edit(
        resources=f"""
  Secret:
    Type: AWS::SecretsManager::Secret{KEPT}
    Properties:
      GenerateSecretString: {{ PasswordLength: 32 }}
      KmsKeyId: !If [HasKey, !Ref KeyArn, !Ref AWS::NoValue]
"""
    ),
    "a parameter that the function does not use": Edit(
        changes=(
            before("  AlarmEmail:\n", "  Budget:\n    Type: Number\n    Default: 10\n"),
            before('AlarmEmail = "none"\n', "Budget = 10\n", SAMCONFIG),
            after("\nConditions:\n", "  HasBudget: !Not [!Equals [!Ref Budget, 0]]\n"),
        ),
        resources="\n  Unused:\n    Type: AWS::CloudFormation::WaitConditionHandle\n    Condition: HasBudget\n",
    ),
    "a parameter that samconfig.toml lacks": Edit(
        changes=(before("  AlarmEmail:\n", "  Forgotten:\n    Type: String\n    Default: a\n"),),
        resources="\n  Alias:\n    Type: AWS::SNS::Topic\n    Properties: { DisplayName: !Ref Forgotten }\n",
        sentence="samconfig.toml, dev: list Forgotten",
    ),
    "a parameter that publishes no version": Edit(
        changes=(
            before("  AlarmEmail:\n", "  Theme:\n    Type: String\n    Default: dark\n"),
            before('AlarmEmail = "none"\n', 'Theme = "dark"\n', SAMCONFIG),
            after(ENVIRONMENT, "          THEME: !Sub ${Theme}-mode\n"),
            ("local.env", "\nCURRENCY=", "\nTHEME=dark\nCURRENCY="),
        ),
        sentence="Function: add Theme to VersionDescription",
    ),
    "a record in Route 53": Edit(
        resources="""
  Record:
    Type: AWS::Route53::RecordSet
    Properties:
      HostedZoneId: Z0123456789ABCDEFGHIJ
      Name: zoo.example.com
      Type: CNAME
      TTL: "300"
      ResourceRecords: [example.com]
"""
    ),
    "a managed policy with a wildcard": Edit(
        resources="""
  Wide:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: { Sid: Everything, Effect: Allow, Action: "s3:*", Resource: "*" }
""",
        sentence=broken("Wide/Everything", "roles_name_actions_and_resources"),
    ),
    "a policy for two queues": Edit(
        resources=f"""
  First:
    Type: AWS::SQS::Queue{KEPT}

  Second:
    Type: AWS::SQS::Queue{KEPT}

  BothPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref First, !Ref Second]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          Effect: Allow
          Principal: {{ AWS: !Ref AWS::AccountId }}
          Action: sqs:SendMessage
          Resource: [!GetAtt First.Arn, !GetAtt Second.Arn]
""",
        sentence=broken("BothPolicy", "queue_policies_name_their_queue"),
    ),
    "a queue policy for everyone": Edit(
        resources=f"""
  Public:
    Type: AWS::SQS::Queue{KEPT}

  PublicPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Public]
      PolicyDocument:
        Version: "2012-10-17"
        Statement: {{ Effect: Allow, Principal: "*", Action: "sqs:SendMessage", Resource: !GetAtt Public.Arn }}
""",
        sentence=broken("PublicPolicy/sqs:SendMessage", "policies_name_principals"),
    ),
    "a key of one's own": Edit(
        resources=f"""
  OwnKey:
    Type: AWS::KMS::Key{KEPT}
    Properties:
      EnableKeyRotation: true
      Tags: [{{ Key: stack, Value: !Ref AWS::StackName }}]
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          Effect: Allow
          Principal: {{ AWS: !Sub "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:root" }}
          Action: kms:*
          Resource: "*"

  Sealed:
    Type: AWS::SQS::Queue{KEPT}
    Properties: {{ KmsMasterKeyId: !Ref OwnKey }}
"""
    ),
    "a key without tags": Edit(
        resources=f"\n  LooseKey:\n    Type: AWS::KMS::Key{KEPT}\n", sentence=broken("LooseKey", "keys_are_tagged")
    ),
    "a resource without properties": Edit(
        resources="\n  Signal:\n    Type: AWS::CloudFormation::WaitConditionHandle\n    Metadata: { Purpose: none }\n"
    ),
    "a hook with another name": Edit(
        changes=((TEMPLATE, "PreTraffic", "BeforeTraffic"),),
        sentence="PreTraffic: no such resource; if you renamed it, rename it in tests/infra",
        alone=True,
    ),
    "an acceptance of nothing": Edit(
        accepted=(("AlarmTopic", "alarms_notify"),),
        sentence="AlarmTopic: nothing breaks alarms_notify; remove it from tests/infra/accepted.py",
    ),
    "first-in-first-out queues": Edit(
        changes=(
            (TEMPLATE, "      VisibilityTimeout: 240\n", "      VisibilityTimeout: 240\n      FifoQueue: true\n"),
            (TEMPLATE, "            MaximumBatchingWindowInSeconds: !Ref BatchingWindow\n", ""),
            (
                TEMPLATE,
                "      MessageRetentionPeriod: 1209600",
                "      FifoQueue: true\n      MessageRetentionPeriod: 1209600",
            ),
            (SAMCONFIG, "BatchingWindow = 1\n", ""),
            (
                TEMPLATE,
                """  BatchingWindow:
    Type: Number
    Description: Maximum time to gather a batch, in seconds.
    Default: 1
    MinValue: 1
    MaxValue: 60
""",
                "",
            ),
        ),
        sources=("sqs",),
        alone=True,
    ),
    "processing that is disabled": Edit(
        changes=((SAMCONFIG, 'Processing = "enabled"', 'Processing = "disabled"'),), sources=("sqs",)
    ),
    "a mapping that cannot be disabled": Edit(
        changes=((TEMPLATE, "            Enabled: !If [ProcessesEvents, true, false]\n", ""),),
        sentence="FunctionMessages: Enabled must follow Processing",
        sources=("sqs",),
        alone=True,
    ),
}
