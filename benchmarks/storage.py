"""Measure what the table of orders adds to cold starts, beside an empty handler, idempotency, and boto3's resource.

    uv run python benchmarks/storage.py [--starts 7]

All variants are projects for an HTTP API on the newest Python, started in turn under Lambda's Runtime Interface
Emulator. Needs uv, and Linux.
"""

import argparse
import json
from pathlib import Path

from measuring import UV, run, scratch, spread
from projects import PYTHONS, build, make_project
from starts import FIGURES, MEASURE

# The names in the table, and the answers. The last one has both tables on this machine, so it measures all others.
VARIANTS = {
    "neither": {},
    "storage": {"storage": "dynamodb"},
    "idempotency": {"idempotency": "true"},
    "both": {"storage": "dynamodb", "idempotency": "true"},
}
# The same class as many examples would have it.
WITH_RESOURCE = """

import boto3  # noqa: E402


class DynamoDBOrders:
    def __init__(self, client, table):
        self.table = client.Table(table)

    def find(self, order_id):
        item = self.table.get_item(Key={"order_id": order_id}, ConsistentRead=True).get("Item")
        return KeptOrder(**item) if item else None

    def add(self, order):
        self.table.put_item(Item=order.model_dump(), ConditionExpression="attribute_not_exists(order_id)")
        return "added"


def create_client():
    return boto3.resource("dynamodb", config=CONFIG)
"""


def build_with_resource(project: Path) -> Path:
    """Build the package of `project`, which keeps orders, with boto3's resource instead of botocore's client."""
    (repository,) = project.glob("src/*/repository.py")
    text = repository.read_text(encoding="utf-8")
    repository.write_text(text + WITH_RESOURCE, encoding="utf-8")
    run(UV, "add", "--quiet", "boto3", cwd=project)
    return build(project, "host", "--no-zip")


def main() -> None:
    """Generate, build, measure, print."""
    parser = argparse.ArgumentParser(description="Measure what the table of orders adds to cold starts.")
    parser.add_argument("--starts", type=int, default=7, help="cold starts of each variant")
    starts = parser.parse_args().starts
    with scratch() as folder:
        projects = {
            name: make_project(folder / name, event_source="http-api", python_version=PYTHONS[-1], **answers)
            for name, answers in VARIANTS.items()
        }
        artifacts = {name: build(project, "host", "--no-zip") for name, project in projects.items()}
        resource = make_project(
            folder / "resource", event_source="http-api", python_version=PYTHONS[-1], storage="dynamodb"
        )
        artifacts["storage with boto3.resource"] = build_with_resource(resource)
        file = folder / "starts.json"
        variants = [f"{name}={path}" for name, path in artifacts.items()]
        run(UV, "run", "--frozen", "python", "-c", MEASURE, file, str(starts), *variants, cwd=projects["both"])
        measured = json.loads(file.read_text(encoding="utf-8"))
    for name, times in measured.items():
        figures = {figure: spread(times[figure]) for figure in FIGURES}
        shown = [f"{each['median']:.1f} ({each['low']:.1f}-{each['high']:.1f})" for each in figures.values()]
        print(f"| {name} | {' | '.join(shown)} |")


if __name__ == "__main__":
    main()
