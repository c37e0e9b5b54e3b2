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
    """Let every other module of this package fill its gap."""
    names = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    for name in names:
        if name != "__main__":
            importlib.import_module(f".{name}", __package__).fill()


async def serve() -> None:
    """Answer over TLS, and on a second port in plain text, which policies can refuse."""
    config = Config()
    config.bind = [f"127.0.0.1:{os.environ['GATEWAY_PORT']}"]
    config.insecure_bind = [f"127.0.0.1:{os.environ['PLAIN_PORT']}"]
    config.certfile = os.environ["MINISTACK_SSL_CERT"]
    config.keyfile = os.environ["MINISTACK_SSL_KEY"]
    # A signal ends the process at once, whatever it is doing: nothing is worth waiting for.
    await hypercorn.asyncio.serve(app, config, shutdown_trigger=asyncio.Event().wait)


if __name__ == "__main__":
    fill_gaps()
    asyncio.run(serve())
