"""Clients: wrk for what is measured, and a crowd of heavy ones to measure beside."""

import http.client
import json
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_SCRIPT = Path(__file__).with_name("walk.lua")
_TIMEOUT = 60
_PATIENCE = 0.25
"""Seconds until a client that was refused asks again: sooner than any Retry-After bids it."""


@dataclass(frozen=True)
class Run:
    """What wrk saw: answers a second, milliseconds, answers from status 400 on, failed connections."""

    answers: int
    rate: float
    p50: float
    p99: float
    bytes: int
    refused: int
    broken: int


def require_wrk() -> None:
    """Leave, with the remedy, where wrk is missing."""
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing: apt-get install wrk")


def walk(
    url: str,
    paths: Path,
    *,
    concurrency: int,
    seconds: int,
    start: int = 0,
    headers: Mapping[str, str] | None = None,
) -> Run:
    """Ask ``url`` for the listed ``paths`` for some seconds, from line ``start`` on."""
    said = [f"-H{name}: {value}" for name, value in (headers or {}).items()]
    options = [
        *said,
        "-t1",
        f"-c{concurrency}",
        f"-d{seconds}s",
        f"--timeout={_TIMEOUT}s",
        "-s",
        str(_SCRIPT),
    ]
    command = ["wrk", *options, url, "--", str(paths), str(start)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Run(**json.loads(printed.splitlines()[-1]))


def ask(url: str, paths: Path, *, count: int) -> list[Run]:
    """Ask ``url`` for the listed ``paths``, eight at once, until there are ``count`` answers or more."""
    # wrk goes by the clock alone: in slices, then, each going on where the last one stopped.
    runs: list[Run] = []
    while (answers := sum(run.answers for run in runs)) < count:
        runs.append(walk(url, paths, concurrency=8, seconds=2, start=answers))
        if not runs[-1].answers:
            raise SystemExit(f"a server has stopped answering after {answers} requests")
    return runs


@contextmanager
def crowd(url: str, paths: Sequence[str]) -> Iterator["Counter[str]"]:
    """Clients, one for each of ``paths``, that ask for it again and again; answers counted by status."""
    statuses: Counter[str] = Counter()
    stop = threading.Event()
    clients = [threading.Thread(target=_ask_again, args=(url, path, stop, statuses)) for path in paths]
    for client in clients:
        client.start()
    try:
        yield statuses
    finally:
        stop.set()
        for client in clients:
            client.join()


def _ask_again(url: str, path: str, stop: threading.Event, statuses: "Counter[str]") -> None:
    address = urlsplit(url).netloc
    while not stop.is_set():
        connection = http.client.HTTPConnection(address, timeout=_TIMEOUT)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            status = str(answer.status)
        except OSError:
            status = "none"
        finally:
            connection.close()
        statuses[status] += 1
        if status != "200":
            stop.wait(_PATIENCE)
