"""A fake of the OSV database, which knows of at most one vulnerability."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

ADVISORY = "GHSA-aaaa-bbbb-cccc"
# What the database returns when it is asked for the vulnerability.
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


class Quiet(WSGIRequestHandler):
    """Keeps the log of requests out of the tests' output."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the class has
        pass


@contextmanager
def advisories(vulnerable: str = "none") -> Iterator[dict[str, Any]]:
    """Yield the variables with which `poe audit` asks the fake, to which the package `vulnerable` is so."""

    def respond(request: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "application/json")])
        if request["REQUEST_METHOD"] == "GET":
            return [json.dumps(RECORD).encode()]
        queries = json.loads(request["wsgi.input"].read(int(request["CONTENT_LENGTH"])))["queries"]
        names = [query["package"]["name"] for query in queries]
        results = [{"vulns": [RECORD] if name == vulnerable else []} for name in names]
        return [json.dumps({"results": results}).encode()]

    with make_server("127.0.0.1", 0, respond, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield audit_environment(server.server_port)
        server.shutdown()
        thread.join()


def audit_environment(port: int) -> dict[str, str]:
    """Return the variables with which `poe audit` asks a database on this machine, and through no proxy."""
    direct = ",".join(filter(None, [os.environ.get("NO_PROXY", os.environ.get("no_proxy")), "127.0.0.1"]))
    return {"AUDIT_SERVICE_URL": f"http://127.0.0.1:{port}/", "NO_PROXY": direct, "no_proxy": direct}
