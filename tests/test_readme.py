"""What a project's README tells a user to write works when it is written."""

import json
import re
from pathlib import Path

import pytest
from synthesis import expand

from support import AXES, Bake

TRY_IT = """
import json, os, sys
sys.path.insert(0, "src")
import boto3
from moto import mock_aws
os.environ.update(AWS_ACCESS_KEY_ID="nobody", AWS_SECRET_ACCESS_KEY="nothing", AWS_DEFAULT_REGION="eu-central-1")
with mock_aws():
    from my_lambda_service.secrets import read_secret
    client = boto3.client("ssm")
    client.put_parameter(Name="/orders/key", Value="first", Type="SecureString")
    read = [read_secret("/orders/key")]
    client.put_parameter(Name="/orders/key", Value="second", Type="SecureString", Overwrite=True)
    read.append(read_secret("/orders/key"))
    try:
        read_secret("/orders/none")
    except Exception as error:
        read.append(type(error).__name__)
print(json.dumps(read))
"""


@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_every_parameter_of_the_stack_is_explained(bake: Bake, event_source: str) -> None:
    project = bake(deploy_with="sam", event_source=event_source, idempotency="true", python_version="3.13")
    readme = project.files()["README.md"]
    parameters = expand(project)["Parameters"]
    assert [name for name in parameters if f"`{name}`" not in readme and name != "Stage"] == []


@pytest.mark.matrix
@pytest.mark.parametrize("type_checker", ["mypy", "pyrefly"])
def test_a_secret_is_read_once_and_kept(bake: Bake, type_checker: str) -> None:
    project = bake(event_source="http-api", type_checker=type_checker, python_version="3.13")
    (code,) = re.findall(r"```python\n# (src/\S+)\n(.*?)```", project.files()["README.md"], re.DOTALL)
    path, text = code
    (project.path / path).write_text(text, encoding="utf-8")
    project.uv("add", "--quiet", "boto3")
    project.poe("lint")
    project.poe("typecheck")
    printed = project.uv("run", "--with", "moto[ssm]>=5,<6", "python", "-c", TRY_IT).output
    assert json.loads(printed.splitlines()[-1]) == ["first", "first", "GetParameterError"]
    assert Path(path).name == "secrets.py"
