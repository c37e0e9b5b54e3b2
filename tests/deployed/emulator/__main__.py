"""Serves the emulator on this machine until it is terminated: `python -m emulator`, with the settings of `cloud.py`."""

import asyncio
import importlib
import os
import pkgutil
from pathlib import Path

import hypercorn.asyncio
from hypercorn.config import Config
from ministack.app import app


def fill_gaps() -> None:
    """Let every module of this package that has a gap to fill do so."""
    for found in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if found.name != "__main__":
            module = importlib.import_module(f".{found.name}", __package__)
            getattr(module, "fill", lambda: None)()


async def serve() -> None:
    """Answer over TLS, and on a second port in plain text, which policies can refuse."""
    config = Config()
    config.bind = [f"127.0.0.1:{os.environ['GATEWAY_PORT']}"]
    config.insecure_bind = [f"127.0.0.1:{os.environ['PLAIN_PORT']}"]
    config.certfile = os.environ["MINISTACK_SSL_CERT"]
    config.keyfile = os.environ["MINISTACK_SSL_KEY"]
    # Never triggered: SIGTERM kills the process, which has no state to save.
    await hypercorn.asyncio.serve(app, config, shutdown_trigger=asyncio.Event().wait)


if __name__ == "__main__":
    fill_gaps()
    asyncio.run(serve())
