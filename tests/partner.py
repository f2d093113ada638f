"""Another archive on the web: a real server of whatever a test puts at its paths."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]

OPEN = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/json"}


@dataclass
class Given:
    """What a partner gives at a path; ``{base}`` in it is the partner's own address."""

    content: Json | bytes
    headers: dict[str, str] = field(default_factory=lambda: dict(OPEN))


class Partner(ThreadingHTTPServer):
    """The server; it gives 404 where nothing was put, and knows what it was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        self.given: dict[str, Given] = {}
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def partner() -> Iterator[Partner]:
    """A partner that answers within the ``with``."""
    with Partner() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Partner

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        found = self.server.given.get(self.path)
        self.send_response(200 if found else 404)
        for name, value in found.headers.items() if found else ():
            self.send_header(name, self.headers["Origin"] if value == "{origin}" else value)
        content = found.content if found else b""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        body = body.replace(b"{base}", self.server.base.encode())
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: the tests' output is not its log."""
