from typing import Any

import pytest

from infra.function import TIMEOUT
from infra.stages import Stage
from tests.support import Template, named


@pytest.fixture
def queue(template: Template, ids: dict[str, str]) -> dict[str, Any]:
    return named(template, "AWS::SQS::Queue")[ids["QueueUrl"]]


def test_mapping_reports_item_failures(template: Template, ids: dict[str, str]) -> None:
    arn = {"Fn::GetAtt": [ids["QueueUrl"], "Arn"]}
    mappings = named(template, "AWS::Lambda::EventSourceMapping").values()
    (mapping,) = (each for each in mappings if each["EventSourceArn"] == arn)
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_visibility_exceeds_processing(queue: dict[str, Any], stage: Stage) -> None:
    assert queue["VisibilityTimeout"] >= 6 * TIMEOUT.to_seconds() + stage.batching_window


def test_failed_messages_move_to_dlq(template: Template, queue: dict[str, Any], ids: dict[str, str]) -> None:
    target_id = ids["DeadLetterQueueUrl"]
    arn = {"Fn::GetAtt": [target_id, "Arn"]}
    assert queue["RedrivePolicy"] == {"deadLetterTargetArn": arn, "maxReceiveCount": 5}
    assert named(template, "AWS::SQS::Queue")[target_id]["MessageRetentionPeriod"] == 14 * 24 * 60 * 60
