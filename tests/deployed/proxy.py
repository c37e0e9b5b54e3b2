"""An HTTP proxy on this machine, such as companies have."""

import select
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def proxy() -> Iterator[tuple[str, list[str]]]:
    """Relay connections until the block ends; yield the proxy's address, and where clients asked to be connected."""
    asked: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            target = self.rfile.readline().decode().split()[1]
            while self.rfile.readline().strip():
                pass
            asked.append(target)
            host, _, port = target.partition(":")
            with socket.create_connection((host, int(port))) as server:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                relay(self.connection, server)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}).start()
        try:
            yield f"http://127.0.0.1:{listening.server_address[1]}", asked
        finally:
            listening.shutdown()


def relay(one: socket.socket, other: socket.socket) -> None:
    """Pass on what either side sends until one of them is done."""
    peers = {one: other, other: one}
    while True:
        for side in select.select(list(peers), [], [])[0]:
            sent = side.recv(65536)
            if not sent:
                return
            peers[side].sendall(sent)
