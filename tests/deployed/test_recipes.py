"""All recipes in one project, deployed: what they add works, as far as the emulator has it."""

import ssl
import sys
from http import HTTPStatus

import pytest
import urllib3

from deployed.cloud import Cloud
from deployed.rows import PYTHON
from deployed.stack import Stack, eventually
from helpers.artifacts import HOST
from helpers.recipes import apply_all, recipes
from helpers.support import AXES, Bake

pytestmark = [
    pytest.mark.deployed,
    pytest.mark.matrix,
    pytest.mark.skipif(sys.platform != "linux", reason="packages hold libraries for Linux, and run here"),
]
# What the emulator cannot show. It deploys `cors` and `jwt-authorizer`, but answers no preflight and checks no token.
LEFT_OUT = {
    "custom-domain": "it has no certificates, and reaches no API by a domain name",
    "layer": "the layer of the example exists nowhere",
    "open-api": "the stack has its alternative, open-route",
    "opentelemetry": "the layer of the example exists nowhere",
    "third-stage": "the stage is like the others",
    "vpc": "the network of the example exists nowhere",
}


@pytest.fixture(
    scope="module", params=[pytest.param(each, marks=pytest.mark.xdist_group(each)) for each in AXES["deploy_with"]]
)
def stack(request: pytest.FixtureRequest, cloud: Cloud, bake_once: Bake) -> Stack:
    """The stage `dev` of a project with all recipes but those left out."""
    answers = {"event_source": "http-api", "architecture": HOST, "python_version": PYTHON, "type_checker": "pyrefly"}
    project = bake_once(project_slug=f"recipes-{request.param}", deploy_with=request.param, **answers)
    project = project.within(cloud.shell())
    apply_all(project, [name for name in recipes(project) if name not in LEFT_OUT])
    project.uv("sync")
    if request.param == "cdk-typescript":
        (project.path / "node_modules").symlink_to(request.getfixturevalue("node_modules"))
    if request.param != "sam" and not cloud.describe("CDKToolkit"):
        project.poe("cdk", "bootstrap")
    stack = Stack(project, "dev", cloud)
    stack.deploy()
    return stack


def send(stack: Stack, method: str, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
    """Return the response of the API to a request that is not signed."""
    http = urllib3.PoolManager(ssl_context=ssl.create_default_context(cafile=str(stack.cloud.authority)))
    return http.request(method, f"{stack.outputs['ApiUrl']}{path}", headers=headers)


def test_smoke_test_passes(stack: Stack) -> None:
    assert stack.status == "CREATE_COMPLETE"
    assert "1 passed" in stack.task("smoke").output


def test_open_route_needs_no_credentials(stack: Stack) -> None:
    assert send(stack, "GET", "/health").status == HTTPStatus.OK


def test_second_function_processes_a_message(stack: Stack) -> None:
    stack.cloud.client("sqs").send_message(QueueUrl=stack.outputs["WorkerQueueUrl"], MessageBody="hello")
    group = stack.outputs["WorkerLogGroupName"]
    eventually(lambda: any("Message processed" in message for message in stack.messages(group)))


def test_alarms_notify_the_topic_of_the_company(stack: Stack) -> None:
    found = stack.cloud.client("cloudwatch").describe_alarms(AlarmNamePrefix=stack.name)["MetricAlarms"]
    actions = [each["AlarmActions"] for each in found if each["AlarmActions"]]
    assert actions
    assert {action.rpartition(":")[2] for each in actions for action in each} == {"alarms"}


def test_function_knows_the_name_of_its_secret(stack: Stack) -> None:
    assert stack.setting("TOKEN_PARAMETER") == f"/{stack.project.path.name}/dev/token"
