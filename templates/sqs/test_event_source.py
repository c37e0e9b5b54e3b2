from typing import Any

import pytest

from infra.function import TIMEOUT
from infra.stages import Stage
from tests.support import Template, named


@pytest.fixture
def queue_id(template: Template) -> str:
    (queue_id,) = (key for key, each in named(template, "AWS::SQS::Queue").items() if "RedrivePolicy" in each)
    return queue_id


@pytest.fixture
def queue(template: Template, queue_id: str) -> dict[str, Any]:
    return named(template, "AWS::SQS::Queue")[queue_id]


def test_mapping_reports_item_failures(template: Template, queue_id: str) -> None:
    (mapping,) = named(template, "AWS::Lambda::EventSourceMapping").values()
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": [queue_id, "Arn"]}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_visibility_exceeds_processing(queue: dict[str, Any], stage: Stage) -> None:
    assert queue["VisibilityTimeout"] >= 6 * TIMEOUT.to_seconds() + stage.batching_window


def test_failed_messages_move_to_dlq(template: Template, queue: dict[str, Any]) -> None:
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
    target = queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    assert named(template, "AWS::SQS::Queue")[target]["MessageRetentionPeriod"] == 14 * 24 * 60 * 60
