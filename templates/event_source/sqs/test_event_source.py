from collections.abc import Callable
from dataclasses import replace

from {{ cookiecutter.__package }}.dead_letters import MAX_RECEIVES

from infra.function import TIMEOUT
from infra.stages import STAGES, Stage
from tests.infra.synthesis import Synthesis


def test_mapping_reports_item_failures(synthesis: Synthesis) -> None:
    arn = synthesis.stack.resolve(synthesis.stack.source.queue.queue_arn)
    mappings = synthesis.named("AWS::Lambda::EventSourceMapping").values()
    reported = [each.get("FunctionResponseTypes") for each in mappings if each.get("EventSourceArn") == arn]
    assert reported == [["ReportBatchItemFailures"]]


def test_disabled_processing_leaves_messages(synthesize: Callable[[Stage], Synthesis]) -> None:
    synthesis = synthesize(replace(STAGES[0], processing=False))
    arn = synthesis.stack.resolve(synthesis.stack.source.queue.queue_arn)
    mappings = synthesis.named("AWS::Lambda::EventSourceMapping").values()
    assert [each.get("Enabled") for each in mappings if each.get("EventSourceArn") == arn] == [False]


def test_visibility_exceeds_processing(synthesis: Synthesis, stage: Stage) -> None:
    queue = synthesis.properties_of(synthesis.stack.source.queue)
    assert queue["VisibilityTimeout"] >= 6 * TIMEOUT.to_seconds() + stage.batching_window


def test_failed_messages_move_to_dlq(synthesis: Synthesis) -> None:
    source = synthesis.stack.source
    redrive = synthesis.properties_of(source.queue)["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == synthesis.stack.resolve(source.dead_letter_queue.queue_arn)
    # Each of nine messages of a batch may fail so often before a tenth.
    assert redrive["maxReceiveCount"] >= 10 * MAX_RECEIVES


def test_queue_has_alarms(synthesis: Synthesis) -> None:
    expected = {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"}
    missing = expected - synthesis.alarmed("QueueName", synthesis.stack.source.queue.queue_name)
    assert not missing, f"the queue must have alarms on {sorted(missing)}"
