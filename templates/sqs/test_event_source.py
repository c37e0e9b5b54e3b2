from typing import Any

import pytest
from aws_cdk.assertions import Template

from infra.event_source import LONGEST_BATCHING_WINDOW, EventSource

Resource = dict[str, Any]


@pytest.fixture
def queue_id(template: Template) -> str:
    (queue_id,) = template.find_resources("AWS::SQS::Queue", {"Properties": {"RedrivePolicy": {"maxReceiveCount": 5}}})
    return queue_id


@pytest.fixture
def queue(template: Template, queue_id: str) -> Resource:
    properties: Resource = template.find_resources("AWS::SQS::Queue")[queue_id]["Properties"]
    return properties


def test_mapping_reports_item_failures(template: Template, queue_id: str) -> None:
    template.has_resource_properties(
        "AWS::Lambda::EventSourceMapping",
        {
            "EventSourceArn": {"Fn::GetAtt": [queue_id, "Arn"]},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "BatchSize": {"Ref": "BatchSize"},
            "MaximumBatchingWindowInSeconds": {"Ref": "BatchingWindow"},
            "ScalingConfig": {"MaximumConcurrency": {"Ref": "MaximumConcurrency"}},
        },
    )


def test_visibility_exceeds_processing(template: Template, queue: Resource) -> None:
    template.has_resource_properties("AWS::Lambda::Function", {"Timeout": EventSource.NEEDS.timeout_seconds})
    template.has_parameter("BatchingWindow", {"MaxValue": LONGEST_BATCHING_WINDOW})
    assert queue["VisibilityTimeout"] >= 6 * EventSource.NEEDS.timeout_seconds + LONGEST_BATCHING_WINDOW


def test_failed_messages_move_to_dlq(template: Template, queue: Resource) -> None:
    target = queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    kept = template.find_resources("AWS::SQS::Queue")[target]["Properties"]
    assert kept["MessageRetentionPeriod"] == 14 * 24 * 60 * 60
