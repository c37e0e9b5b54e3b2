from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from infra.stages import STAGES, Stage
from tests.infra.synthesis import Synthesis


def mapping(synthesis: Synthesis) -> dict[str, Any]:
    """Return the properties of the mapping that reads the stream."""
    arn = synthesis.stack.resolve(synthesis.stack.source.{{ source|default('stream') }}.{{ arn }})
    mappings = synthesis.named("AWS::Lambda::EventSourceMapping").values()
    (found,) = [each for each in mappings if each.get("EventSourceArn") == arn]
    properties: dict[str, Any] = found
    return properties


def test_mapping_goes_on_with_the_failed_record(synthesis: Synthesis) -> None:
    assert mapping(synthesis)["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping(synthesis)["BisectBatchOnFunctionError"] is True, "else Lambda gives up on records behind it as well"


def test_given_up_records_are_named(synthesis: Synthesis) -> None:
    queue = synthesis.stack.resolve(synthesis.stack.source.failure_queue.queue_arn)
    assert mapping(synthesis)["DestinationConfig"] == {"OnFailure": {"Destination": queue}}


def test_disabled_processing_leaves_records(synthesize: Callable[[Stage], Synthesis]) -> None:
    assert mapping(synthesize(replace(STAGES[0], processing=False)))["Enabled"] is False


def test_failures_have_alarms(synthesis: Synthesis) -> None:
    source = synthesis.stack.source
    assert "ApproximateNumberOfMessagesVisible" in synthesis.alarmed("QueueName", source.failure_queue.queue_name)
    expected = {"DestinationDeliveryFailures", "IteratorAge"}
    missing = expected - synthesis.alarmed("FunctionName", synthesis.stack.service.function.function_name)
    assert not missing, f"the function must have alarms on {sorted(missing)}"
{% block tests %}{% endblock %}
