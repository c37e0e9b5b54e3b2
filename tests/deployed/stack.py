"""A stage of a generated project, deployed with the project's own tasks, and what the emulator knows of it."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from lambda_python_answers import setting

from deployed.cloud import Cloud
from helpers.support import Done, Project

T = TypeVar("T")
Event = dict[str, Any]
# How to deploy and destroy without a question.
UNATTENDED = {
    "sam": {"deploy": ["--no-confirm-changeset", "--no-progressbar"], "destroy": ["--no-prompts"]},
    "cdk": {"deploy": ["--require-approval", "never"], "destroy": ["--force"]},
}
COUNTS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]


def eventually(look: Callable[[], T], expected: Callable[[T], bool] = bool, *, seconds: float = 30) -> T:
    """Return what `look` returns, once it is `expected`; fail with the last of it when `seconds` are over."""
    deadline = time.monotonic() + seconds
    while not expected(found := look()):
        assert time.monotonic() < deadline, f"after {seconds} s, it is still {found!r}"
        time.sleep(0.3)
    return found


@dataclass(frozen=True)
class Stack:
    """A stage of a project, whether it is deployed or not."""

    project: Project
    stage: str
    cloud: Cloud

    @property
    def name(self) -> str:
        return f"{self.project.path.name}-{self.stage}"

    @property
    def tool(self) -> str:
        """What deploys it, whatever the language: `sam` or `cdk`."""
        return self.project.answers["deploy_with"].partition("-")[0]

    def task(self, name: str, *options: str, expect: int = 0) -> Done:
        """Run one of the project's tasks on this stage."""
        options = (*UNATTENDED[self.tool].get(name, []), *options)
        return self.project.poe(name, "--stage", self.stage, *(("--", *options) if options else ()), expect=expect)

    def deploy(self, settings: Mapping[str, str] | None = None, *, expect: int = 0) -> Done:
        """Deploy, once the stage has other `settings`, by the names of SAM's parameters."""
        for name, value in (settings or {}).items():
            self.edit(name, value)
        return self.task("deploy", expect=expect)

    def edit(self, name: str, value: str) -> None:
        """Change a setting of the stage where the project has it."""
        deploy_with = self.project.answers["deploy_with"]
        file, start, line = {
            "sam": ("samconfig.toml", f'\nStage = "{self.stage}"\n', f'{name} = "{value}"\n'),
            "cdk-python": ("infra/stages.py", f'name="{self.stage}",', f'{setting(name, deploy_with)}="{value}",'),
            "cdk-typescript": (
                "infra/stages.ts",
                f"name: '{self.stage}',",
                f"{setting(name, deploy_with)}: '{value}',",
            ),
        }[deploy_with]
        path = self.project.path / file
        before, found, after = path.read_text(encoding="utf-8").partition(start)
        assert found
        if deploy_with == "sam":  # which lists every parameter
            after = re.sub(rf"^{name} = .*\n", "", after, count=1, flags=re.MULTILINE)
        path.write_text(before + start + line + after, encoding="utf-8")

    @property
    def status(self) -> str | None:
        """What CloudFormation says of the stack; None if there is none."""
        description = self.cloud.describe(self.name)
        return description["StackStatus"] if description else None

    @property
    def outputs(self) -> dict[str, str]:
        description = self.cloud.describe(self.name)
        assert description, f"there is no stack {self.name}"
        return {each["OutputKey"]: each["OutputValue"] for each in description["Outputs"]}

    def resources(self, kind: str, containing: str = "") -> list[str]:
        """Return the physical ids of the stack's resources of a kind, whose logical id contains a text."""
        pages = self.cloud.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
        return [
            each["PhysicalResourceId"]
            for page in pages
            for each in page["StackResourceSummaries"]
            if each["ResourceType"] == kind and containing in each["LogicalResourceId"]
        ]

    @property
    def version(self) -> str:
        """The version of the function that gets traffic."""
        alias = self.cloud.client("lambda").get_alias(FunctionName=self.outputs["FunctionName"], Name="live")
        version: str = alias["FunctionVersion"]
        return version

    def setting(self, name: str) -> str:
        """Return an environment variable of the version that gets traffic."""
        function = self.cloud.client("lambda").get_function_configuration(
            FunctionName=self.outputs["FunctionName"], Qualifier="live"
        )
        value: str = function["Environment"]["Variables"][name]
        return value

    @contextmanager
    def with_variables(self, **variables: str) -> Iterator[None]:
        """Let a version with other environment variables get the traffic until the block ends."""
        client, name, version = self.cloud.client("lambda"), self.outputs["FunctionName"], self.version
        own = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        client.update_function_configuration(FunctionName=name, Environment={"Variables": own | variables})
        other = client.publish_version(FunctionName=name)["Version"]
        client.update_alias(FunctionName=name, Name="live", FunctionVersion=other)
        try:
            yield
        finally:
            client.update_function_configuration(FunctionName=name, Environment={"Variables": own})
            client.update_alias(FunctionName=name, Name="live", FunctionVersion=version)

    def invoke(self, event: Event, *, later: bool = False) -> str:
        """Return what the function answers to `event` as JSON; nothing if it is to handle it `later`."""
        response = self.cloud.client("lambda").invoke(
            FunctionName=self.outputs["FunctionName"],
            Qualifier="live",
            InvocationType="Event" if later else "RequestResponse",
            Payload=json.dumps(event),
        )
        answer: str = response["Payload"].read().decode()
        assert "FunctionError" not in response, answer
        return answer

    def messages(self, log_group: str = "") -> list[str]:
        """Return the messages in a log group, which by default is the function's."""
        pages = self.cloud.client("logs").get_paginator("filter_log_events")
        found = pages.paginate(logGroupName=log_group or self.outputs["FunctionLogGroupName"])
        return [event["message"] for page in found for event in page["events"]]

    def lines(self, message: str) -> list[dict[str, Any]]:
        """Return the function's log lines that say `message`."""
        objects = [json.loads(each) for each in self.messages() if each.startswith("{")]
        return [each for each in objects if each.get("message") == message]

    def confirmed(self, earlier: Sequence[str] = ()) -> list[str]:
        """Return the ids of the orders that the function has confirmed since `earlier` ones."""
        return [each["order_id"] for each in self.lines("Order confirmed")][len(earlier) :]

    @property
    def hook_runs(self) -> int:
        """How often the pre-traffic hook has run."""
        (group,) = self.resources("AWS::Logs::LogGroup", "PreTraffic")
        return sum(message.startswith("START") for message in self.messages(group))

    def count(self, output: str) -> int:
        """Return how many messages the queue has whose address is a stack output."""
        found = self.cloud.client("sqs").get_queue_attributes(QueueUrl=self.outputs[output], AttributeNames=COUNTS)
        return sum(int(value) for value in found["Attributes"].values())

    def peek(self, output: str) -> dict[str, Any]:
        """Return the one message of a queue as JSON, and leave it there."""
        received = self.cloud.client("sqs").receive_message(QueueUrl=self.outputs[output], VisibilityTimeout=0)
        (message,) = received["Messages"]
        body: dict[str, Any] = json.loads(message["Body"])
        return body

    def records(self) -> list[dict[str, Any]]:
        """Return what the idempotency table remembers."""
        return self._items("Idempotency")

    def orders(self) -> dict[str, dict[str, Any]]:
        """Return the orders that are kept, by id, as DynamoDB has them."""
        return {each["order_id"]["S"]: each for each in self._items("Orders")}

    def _items(self, containing: str) -> list[dict[str, Any]]:
        (table,) = self.resources("AWS::DynamoDB::Table", containing)
        items: list[dict[str, Any]] = self.cloud.client("dynamodb").scan(TableName=table)["Items"]
        return items


@dataclass(frozen=True)
class Deployment:
    """A generated project with both of its stages."""

    project: Project
    dev: Stack
    prod: Stack

    def sample(self, name: str = "order") -> Event:
        """Return a sample event of the project; one from a topic is from that of the stage dev."""
        text = (self.project.path / "events" / f"{name}.json").read_text(encoding="utf-8")
        local = (self.project.path / "local.env").read_text(encoding="utf-8")
        if topic := re.search(r"^TOPIC_ARN=(.+)$", local, re.MULTILINE):
            text = text.replace(topic[1], self.dev.outputs["TopicArn"])
        event: Event = json.loads(text)
        return event

    @contextmanager
    def handler_starting_with(self, statement: str) -> Iterator[None]:
        """Put a statement before all others of the handler's module until the block ends."""
        handler = self.project.path / "src" / self.project.package / "handler.py"
        text = handler.read_text(encoding="utf-8")
        handler.write_text(f"{statement}\n{text}", encoding="utf-8")
        try:
            yield
        finally:
            handler.write_text(text, encoding="utf-8")
