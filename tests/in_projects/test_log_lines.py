"""Every line that a function with a queue logs is JSON, and no value of a metric is lost, however many there are."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.project import PACKAGE, SAMPLE_EVENT
from scripts.emulator import Emulator, emulate
from tests.integration.conftest import artifact, client  # noqa: F401 - fixtures

MARKER = "do-not-log-me"
HANDLER = f"""
import logging
import warnings

from {PACKAGE}.observability import logger, metrics


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event, context):
    for name, count in event["metrics"].items():
        for _ in range(count):
            metrics.add_metric(name=name, unit="Count", value=1)
    logger.debug("by Powertools")
    logging.getLogger("{PACKAGE}.orders").debug("by a module")
    logging.getLogger("a.library").debug("{MARKER}")
    logging.getLogger("a.library").warning("by a library")
    warnings.warn("by Python")
"""


@pytest.fixture(scope="module")
def counting(
    artifact: Path,  # noqa: F811 - a fixture
    client: Path,  # noqa: F811 - a fixture
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Emulator]:
    """A handler that adds as many values to metrics as the event says, and logs in each way there is."""
    folder = tmp_path_factory.mktemp("counting")
    (folder / "counting.py").write_text(HANDLER, encoding="utf-8")
    path = os.pathsep.join(map(str, (folder, artifact, client)))
    variables = {"AWS_LAMBDA_LOG_LEVEL": "TRACE", "PYTHONPATH": path}
    with emulate(folder, folder, client, "counting.lambda_handler", variables) as running:
        yield running


def count_values(lines: list[dict[str, Any]]) -> Counter[str]:
    """Return how many values of each metric `lines` have, but for that of cold starts."""
    counted: Counter[str] = Counter()
    for line in lines:
        for each in line.get("_aws", {"CloudWatchMetrics": []})["CloudWatchMetrics"]:
            counted.update({metric["Name"]: len(line[metric["Name"]]) for metric in each["Metrics"]})
    del counted["ColdStart"]
    return counted


COUNTS = [{}, *({"Orders": count} for count in (1, 99, 100, 101, 199, 200, 201)), {"Orders": 100, "Lines": 1}]


@pytest.mark.parametrize("metrics", COUNTS, ids=str)
def test_lines_are_json(counting: Emulator, metrics: dict[str, int]) -> None:
    before = len(counting.log_lines())
    assert counting.invoke({"metrics": metrics}) is None
    assert count_values(counting.log_lines()[before:]) == Counter(metrics)
    assert counting.plain_lines() == []


def test_only_the_package_logs_details(counting: Emulator) -> None:
    counting.invoke({"metrics": {}})
    messages = {str(line.get("message")) for line in counting.log_lines()}
    assert messages >= {"by Powertools", "by a module", "by a library"}
    assert any("UserWarning: by Python" in message for message in messages)
    assert MARKER not in counting.log_text()


def test_batches_of_any_size_log_json(
    artifact: Path,  # noqa: F811 - a fixture
    client: Path,  # noqa: F811 - a fixture
    tmp_path: Path,
) -> None:
    (record,) = json.loads(SAMPLE_EVENT.read_text(encoding="utf-8"))["Records"]
    order = json.loads(record["body"])
    with emulate(artifact, tmp_path, client) as running:
        for size in (99, 100, 101, 200):
            orders = [order | {"order_id": f"{size}-{number}"} for number in range(size)]
            bodies = [{"messageId": each["order_id"], "body": json.dumps(each)} for each in orders]
            assert running.invoke({"Records": [record | body for body in bodies]}) == {"batchItemFailures": []}
        assert running.plain_lines() == []
        assert count_values(running.log_lines())["OrdersConfirmed"] == 500
