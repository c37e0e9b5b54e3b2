"""A stand-in for the OSV database, which knows of no vulnerability."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Keeps the log of requests out of the tests' output."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the class has
        pass


def answer(request: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
    """Say that no package is vulnerable."""
    queries = json.loads(request["wsgi.input"].read(int(request["CONTENT_LENGTH"])))["queries"]
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"results": [{} for _ in queries]}).encode()]


@contextmanager
def no_advisories() -> Iterator[dict[str, Any]]:
    """Yield the environment variables with which `poe audit` asks the stand-in, until the block ends."""
    with make_server("127.0.0.1", 0, answer, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        direct = ",".join(filter(None, [os.environ.get("NO_PROXY", os.environ.get("no_proxy")), "127.0.0.1"]))
        yield {
            "AUDIT_SERVICE_URL": f"http://127.0.0.1:{server.server_port}/",
            "NO_PROXY": direct,
            "no_proxy": direct,
        }
        server.shutdown()
        thread.join()
