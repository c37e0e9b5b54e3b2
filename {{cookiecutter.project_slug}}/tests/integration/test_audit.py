import json
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from wsgiref.simple_server import make_server

import pytest

from scripts import audit
from scripts.emulator import free_ports

ADVISORY = "GHSA-aaaa-bbbb-cccc"
# What the database answers when it is asked for the vulnerability.
RECORD = {
    "id": ADVISORY,
    "aliases": ["CVE-2026-00001"],
    "summary": "A flaw",
    "modified": "2026-01-01T00:00:00Z",
    "published": "2026-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "pydantic"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99"}]}],
        },
    ],
}


class Database:
    """A stand-in for the OSV database, as a WSGI application."""

    def __init__(self) -> None:
        self.vulnerable = "none"

    def __call__(self, request: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(self.answer(request)).encode()]

    def answer(self, request: dict[str, Any]) -> object:
        if request["REQUEST_METHOD"] == "GET":
            return RECORD
        queries = json.loads(request["wsgi.input"].read(int(request["CONTENT_LENGTH"])))["queries"]
        names = [query["package"]["name"] for query in queries]
        return {"results": [{"vulns": [RECORD] if name == self.vulnerable else []} for name in names]}


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    application = Database()
    with make_server("127.0.0.1", 0, application) as server:
        monkeypatch.setenv("AUDIT_SERVICE_URL", f"http://127.0.0.1:{server.server_port}/")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield application
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")


def refusal() -> str:
    """Return the one line with which the script ends."""
    with pytest.raises(SystemExit) as caught:
        audit.main()
    message = str(caught.value)
    assert message.startswith("audit: ")
    assert "\n" not in message
    return message


@pytest.mark.usefixtures("database")
def test_no_known_vulnerability_passes(capsys: pytest.CaptureFixture[str]) -> None:
    audit.main()
    assert "no known vulnerabilities" in capsys.readouterr().out


def test_a_known_vulnerability_is_named_and_does_not_pass(
    database: Database,
    capsys: pytest.CaptureFixture[str],
) -> None:
    database.vulnerable = "pydantic"
    assert "1 known vulnerability" in refusal()
    assert ADVISORY in capsys.readouterr().out


def test_a_vulnerability_that_is_accepted_passes(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    database.vulnerable = "pydantic"
    monkeypatch.setattr(audit, "ACCEPTED", [audit.Accepted(ADVISORY, "never called", date.max)])
    audit.main()


def test_but_not_forever(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    database.vulnerable = "pydantic"
    monkeypatch.setattr(audit, "ACCEPTED", [audit.Accepted(ADVISORY, "never called", date(2026, 1, 1))])
    assert f"{ADVISORY} (never called) until 2026-01-01" in refusal()


def test_what_cannot_be_looked_up_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIT_SERVICE_URL", f"http://127.0.0.1:{free_ports()[0]}/")
    assert "advisories cannot be looked up" in refusal()
