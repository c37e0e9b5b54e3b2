"""A repeated order is processed once, whatever a deployment changes in between, and however its JSON is written."""

import json
import os
import random
import shutil
import subprocess
import sys
import uuid
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.project import PACKAGE, PROJECT
from scripts.invoke import LocalContext

LINES = st.fixed_dictionaries({"sku": st.sampled_from(["MUG-001", "PEN-001"]), "quantity": st.integers(1, 1000)})
CONTENTS = st.fixed_dictionaries(
    {"lines": st.lists(LINES, min_size=1, max_size=3)},
    optional={"delivery": st.sampled_from(["standard", "express"])},
)
# Processes the orders in its standard input as the handlers do.
PROCESS = f"""
import json, sys
from {PACKAGE}.idempotency import process_order_once
from {PACKAGE}.models import Order
from scripts.invoke import LocalContext

def process(text):
    order = Order.model_validate_json(text)
    return process_order_once(order, sent=json.loads(text), key=order.order_id, context=LocalContext())

print(json.dumps({{"results": [process(text) for text in json.load(sys.stdin)]}}))
"""
# What deployments may change: by name, the replacements in each module.
CHANGES = {
    "what is left out": [
        ("models.py", 'delivery: Delivery = "standard"', 'delivery: Delivery = "express"\n    note: str = ""'),
        ("service.py", '"MUG-001": 1250', '"MUG-001": 1300'),
        ("idempotency.py", "process_payload", "process_one"),
    ],
    "what fields are called": [
        ("models.py", 'delivery: Delivery = "standard"', 'shipping: Delivery = Field("standard", alias="delivery")'),
        ("models.py", "    total: int\n", "    total: int\n    tax: int\n"),
        ("service.py", "order.delivery", "order.shipping"),
        ("service.py", "        currency=currency,\n    )", "        currency=currency,\n        tax=1,\n    )"),
    ],
}


def rewrite(value: object, draw: random.Random) -> object:
    """Return decoded JSON with the names of its objects in another order."""
    match value:
        case dict():
            return {name: rewrite(value[name], draw) for name in draw.sample(sorted(value), len(value))}
        case list():
            return [rewrite(each, draw) for each in value]
        case _:
            return value


def write(order: dict[str, Any], draw: random.Random) -> str:
    """Return `order` as JSON in one of its many forms."""
    separators = draw.choice([(",", ":"), (", ", ": "), (" ,\r\n", "\t: ")])
    return json.dumps(rewrite(order, draw), indent=draw.choice([None, 0, 2]), separators=separators)


def process(folder: Path, texts: list[str]) -> tuple[list[Any], int]:
    """Return the results of the orders `texts`, and how many have been confirmed, with the package in `folder`."""
    done = subprocess.run(
        [sys.executable, "-c", PROCESS],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(PROJECT)])},
        input=json.dumps(texts),
        capture_output=True,
        check=False,
        text=True,
    )
    assert not done.returncode, done.stderr
    *logged, last = (json.loads(line) for line in done.stdout.splitlines())
    return last["results"], [line.get("message") for line in logged].count("Order confirmed")


@pytest.fixture(scope="module")
def orders() -> list[dict[str, Any]]:
    """Orders with all that may be left out, and without it."""
    draw = random.Random(20)  # noqa: S311 - the same in each run
    lines = [[{"sku": "MUG-001", "quantity": draw.randint(1, 1000)}] * draw.randint(1, 3) for _ in range(12)]
    deliveries: list[dict[str, str]] = [{}, {"delivery": "standard"}, {"delivery": "express"}]
    return [{"order_id": str(uuid.uuid4()), "lines": each} | draw.choice(deliveries) for each in lines]


@pytest.fixture(scope="module")
def recorded(orders: list[dict[str, Any]]) -> list[Any]:
    """The results of the orders in the version that has processed them."""
    results, confirmed = process(PROJECT / "src", [json.dumps(order) for order in orders])
    assert confirmed == len(orders)
    return results


@pytest.mark.parametrize("change", CHANGES)
def test_replays_survive_a_deployment(
    orders: list[dict[str, Any]],
    recorded: list[Any],
    tmp_path: Path,
    change: str,
) -> None:
    shutil.copytree(PROJECT / "src", tmp_path / "src")
    for module, old, new in CHANGES[change]:
        path = tmp_path / "src" / PACKAGE / module
        before = path.read_text(encoding="utf-8")
        assert old in before
        path.write_text(before.replace(old, new), encoding="utf-8")
    draw = random.Random(change)  # noqa: S311 - the same in each run
    assert process(tmp_path / "src", [write(order, draw) for order in orders]) == (recorded, 0)


def process_here(text: str, key: str) -> dict[str, Any]:
    """Return the result of the order in `text`, processed once for each `key`."""
    idempotency, models = import_module(f"{PACKAGE}.idempotency"), import_module(f"{PACKAGE}.models")
    order, context = models.Order.model_validate_json(text), cast("LambdaContext", LocalContext())
    return cast(
        "dict[str, Any]", idempotency.process_order_once(order, sent=json.loads(text), key=key, context=context)
    )


@given(content=CONTENTS, other=CONTENTS, draw=st.randoms())
@settings(max_examples=30, deadline=None)
def test_only_equal_content_is_a_replay(content: dict[str, Any], other: dict[str, Any], draw: random.Random) -> None:
    key = str(uuid.uuid4())
    order = {"order_id": key}
    first = process_here(write(order | content, draw), key)
    assert process_here(write(order | content, draw), key) == first
    if other != content:
        with pytest.raises(import_module(f"{PACKAGE}.idempotency").KeyReusedError):
            process_here(write(order | other, draw), key)
    assert process_here(write(order | content, draw), key) == first
