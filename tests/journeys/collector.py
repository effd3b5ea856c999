"""A collector of traces that keeps what the town's processes send it, byte for byte."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass(slots=True)
class Collected:
    """Where to send traces, and what came: OTLP in protobuf, in which words are words."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list[bytes])


@contextmanager
def collecting() -> Generator[Collected]:
    collected = Collected()

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collected.bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keep)
    collected.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield collected
    finally:
        server.shutdown()
        server.server_close()
