import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.project import PACKAGE
from scripts import smoke
from scripts.emulator import Emulator, emulate, free_ports
from scripts.invoke import local_environment
from tests.front import STACK, Front, serve
from tests.support import Event

SERVICE = local_environment()["POWERTOOLS_SERVICE_NAME"]
HEALTHY = {"status": "ok", "service": SERVICE}


@pytest.fixture(scope="module")
def dead_emulator(artifact: Path, client: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The artifact with a handler that always fails, running under Lambda's emulator."""
    dead = tmp_path_factory.mktemp("dead") / "function"
    shutil.copytree(artifact, dead)
    shutil.rmtree(dead / PACKAGE / "__pycache__", ignore_errors=True)
    with (dead / PACKAGE / "handler.py").open("a", encoding="utf-8") as handler:
        handler.write("\n\ndef lambda_handler(*_):\n    raise RuntimeError\n")
    with emulate(dead, tmp_path_factory.mktemp("emulator"), client=client) as running:
        yield running


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(sys, "argv", ["smoke", STACK])


class Stand:
    """A function that fails so many times before it is up."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.calls = 0

    def __call__(self, event: Event) -> Event:
        self.calls += 1
        if self.calls <= self.failures:
            return {"errorType": "RuntimeError", "errorMessage": "two\nlines"}
        if "health_check" in event:
            return HEALTHY
        return {"statusCode": 200, "body": json.dumps(HEALTHY)}


@pytest.fixture
def front() -> Iterator[Front]:
    with serve(Stand(failures=0)) as server:
        yield server


def refusal() -> str:
    """Return the one line with which the script ends."""
    with pytest.raises(SystemExit) as caught:
        smoke.main()
    message = str(caught.value)
    assert message.startswith("smoke: ")
    assert "\n" not in message
    return message


def test_a_service_that_runs_passes(emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(emulator.invoke):
        smoke.main()
    assert capsys.readouterr().out == f"smoke: {STACK} is up\n"


def test_a_service_that_cannot_start_does_not(dead_emulator: Emulator) -> None:
    with serve(dead_emulator.invoke):
        assert "Error" in refusal()


def test_a_new_deployment_has_some_time(capsys: pytest.CaptureFixture[str]) -> None:
    function = Stand(failures=smoke.ATTEMPTS - 1)
    with serve(function):
        smoke.main()
    assert function.calls == smoke.ATTEMPTS
    assert capsys.readouterr().err.count("trying again") == smoke.ATTEMPTS - 1


def test_but_not_forever() -> None:
    function = Stand(failures=smoke.ATTEMPTS)
    with serve(function):
        refusal()
    assert function.calls == smoke.ATTEMPTS


ILL = [{"status": "ill"}, {"statusCode": 200, "body": "up"}, {"statusCode": 503, "body": ""}]


@pytest.mark.parametrize("answer", ILL)
def test_another_answer_does_not_pass(answer: Event) -> None:
    with serve(lambda _: {"statusCode": 200, "body": str(answer)} | answer):
        refusal()


def test_a_stack_without_the_output_is_named(front: Front) -> None:
    front.outputs = {}
    assert f"the stack {STACK} (CREATE_COMPLETE) has no output" in refusal()


@pytest.mark.usefixtures("front")
def test_a_stack_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["smoke", "missing"])
    assert "does not exist" in refusal()


@pytest.mark.usefixtures("front")
def test_missing_credentials_are_named(tmp_path: Path) -> None:
    # Undone here, before the stand-in takes back what it has set itself.
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            patch.delenv(name)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            patch.setenv(name, str(tmp_path / "none"))
        assert "credentials" in refusal()


def test_what_cannot_be_reached_is_named(front: Front) -> None:
    nobody = f"http://127.0.0.1:{free_ports()[0]}"
    front.outputs["ApiUrl"] = nobody
    # Undone here, before the stand-in takes back what it has set itself.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_LAMBDA", nobody)
        assert nobody in refusal()
