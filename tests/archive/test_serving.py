"""The server as it is run: its processes, its logs, how it begins and how it ends."""

import datetime as dt
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from pathlib import Path

import factories
import psutil
import pytest
from server import Server, copied, running

from archive import serving
from archive.config import Settings
from archive.context import open_context
from archive.errors import Conflict, Invalid
from archive.ingest import load, sources

# Each starts processes and waits for them to end.
pytestmark = pytest.mark.slow


def test_it_answers_in_parallel(shared_server: Server) -> None:
    """Forty at once: pages, documents, tiles."""
    paths = [
        "/",
        "/iiif/manifest/book",
        "/iiif/image/3/view/info.json",
        "/iiif/image/3/view/0,0,512,512/512,512/0/default.jpg",
    ]
    with ThreadPoolExecutor(40) as pool:
        found = list(pool.map(lambda number: _get(shared_server, paths[number % 4])[0], range(40)))
    assert found == [200] * 40


def test_its_documents_bear_its_address(shared_server: Server) -> None:
    assert (
        f'"id":"{shared_server.url}/iiif/manifest/book"'.encode()
        in _get(shared_server, "/iiif/manifest/book")[2]
    )


def test_every_request_is_a_line_of_json_with_its_id(shared_server: Server) -> None:
    _, headers, _ = _get(
        shared_server, "/iiif/manifest/none?secret=1", **{"X-Request-ID": "a-request-of-mine"}
    )
    (line,) = [line for line in shared_server.lines() if line.get("request_id") == "a-request-of-mine"]
    assert headers["X-Request-ID"] == "a-request-of-mine"
    kept = [line[key] for key in ("level", "logger", "method", "path", "status")]
    assert kept == ["INFO", "mogao.http", "GET", "/iiif/manifest/none", 404]
    assert dt.datetime.fromisoformat(line["time"]).utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/iiif/image/3/a%2Fb/info.json", 404),
        ("/iiif/image/3/../../etc/passwd", 404),
        ("/iiif/image/3/view%00/info.json", 400),
        (f"/iiif/image/3/{'x' * 3000}/info.json", 404),
        (f"/{'x' * 100_000}", 414),
        ("/iiif/manifest/Or.8210%2FS.1", 301),
        ("/%FF%FE", 404),
    ],
)
def test_strange_addresses_are_answered(shared_server: Server, path: str, status: int) -> None:
    with socket.create_connection(_address(shared_server)) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".encode())
        answer = connection.makefile("rb").read()
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"evil" not in answer


def test_an_image_that_is_taken_in_meanwhile_is_made(shared_server: Server, tmp_path: Path) -> None:
    factories.png(tmp_path / "late.png", factories.photograph(77, 66))
    _take_in(shared_server.settings, tmp_path)
    _wait(lambda: _get(shared_server, "/iiif/image/3/late/info.json")[0] == 200)


def test_a_second_server_at_the_same_address_is_refused(shared_server: Server) -> None:
    host, port = _address(shared_server)
    with pytest.raises(Conflict, match=f"{host}, port {port}: address already in use; choose another"):
        serving.serve(shared_server.settings, host=host, port=port, workers=1)


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [
        ("127.0.0.1", 99999, "port 99999: give one from 1 to 65535"),
        ("192.0.2.1", 8000, "192.0.2.1, port 8000: cannot assign requested address; choose another"),
        ("no host", 8000, "no host, port 8000: .*; choose another"),
    ],
)
def test_an_address_that_is_none_is_refused(host: str, port: int, message: str) -> None:
    with pytest.raises((Conflict, Invalid), match=message):
        serving.serve(Settings(), host=host, port=port, workers=1)


def test_it_finishes_what_it_sends_before_it_ends(on_sqlite: Settings, tmp_path: Path) -> None:
    settings = copied(on_sqlite, tmp_path)
    (tmp_path / "large").mkdir()
    source = factories.tiff(tmp_path / "large" / "large.tif", factories.photograph(3000, 2000)).read_bytes()
    (tmp_path / "large" / "large.csv").write_text("identifier,files,rights\nlarge,large.tif,CC0\n")
    _take_in(settings, tmp_path / "large")
    with running(settings, tmp_path) as server, socket.create_connection(_address(server)) as connection:
        connection.settimeout(20)
        # The system keeps far less than its 18 MB for who does not read: the server is in the midst of it.
        connection.sendall(b"GET /file/large HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        stream = connection.makefile("rb")
        received = stream.read(1000)
        server.process.send_signal(signal.SIGTERM)
        _wait(lambda: "Shutting down" in server.log.read_text())
        received += stream.read()
        assert server.process.wait(timeout=20) == 0
    assert received.partition(b"\r\n\r\n")[2] == source


def test_ctrl_c_ends_it_without_a_trace(on_sqlite: Settings, tmp_path: Path) -> None:
    with running(copied(on_sqlite, tmp_path), tmp_path, host="localhost") as server:
        # It reaches the whole group of processes.
        os.killpg(server.process.pid, signal.SIGINT)
        assert server.process.wait(timeout=10) == 0
    assert "Traceback" not in server.log.read_text()


def test_a_process_that_dies_is_replaced_and_none_outlives_the_server(server: Server) -> None:
    before = server.family()
    dying = next(one for one in before if "serve" in one.cmdline() and one.pid != server.process.pid)
    dying.kill()
    _wait(lambda: dying not in server.family() and len(server.family()) >= len(before))
    _wait(lambda: _answers(server))
    family = server.family()
    server.process.kill()
    server.process.wait()
    assert not psutil.wait_procs(family, timeout=10)[1]


@pytest.mark.postgresql
def test_it_serves_from_postgresql(on_postgresql: Settings, tmp_path: Path) -> None:
    with running(on_postgresql, tmp_path) as server:
        assert _get(server, "/iiif/image/3/view/full/90,/0/default.jpg")[0] == 200


def _get(server: Server, path: str, **headers: str) -> tuple[int, Message, bytes]:
    asked = urllib.request.Request(server.url + path, headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def _take_in(settings: Settings, folder: Path) -> None:
    context = open_context(settings)
    load.load(context, sources.open_source([folder], byte_limit=10_000))
    context.close()


def _address(server: Server) -> tuple[str, int]:
    return "127.0.0.1", int(server.url.rpartition(":")[2])


def _answers(server: Server) -> bool:
    try:
        return _get(server, "/health/ready")[0] == 200
    except OSError:
        return False


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not until():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.05)
