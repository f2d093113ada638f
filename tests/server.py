"""The real server: ``mogao serve`` in processes of its own, with a data folder of its own."""

import contextlib
import dataclasses
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from archive import config
from archive.config import Settings

ROOT = Path(__file__).parent.parent
_DEMO = ROOT / "build" / "demonstration"
_MOGAO = str(Path(sys.executable).with_name("mogao"))


@dataclass(frozen=True)
class Server:
    """A server that answers at ``url``; ``log`` is the file that its lines go to."""

    url: str
    settings: Settings
    log: Path
    process: "subprocess.Popen[bytes]"

    def lines(self) -> list[dict[str, Any]]:  # Any: values of JSON.
        """What it has logged so far, line by line."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def family(self) -> list[psutil.Process]:
        """Its processes, which have a group of their own, and this one not among them."""
        return [process for process in psutil.process_iter() if _group(process) == self.process.pid]


@pytest.fixture
def server(on_sqlite: Settings, tmp_path: Path) -> Iterator[Server]:
    """A server of a copy of the small archive, to be treated at will."""
    with running(copied(on_sqlite, tmp_path), tmp_path) as started:
        yield started


@pytest.fixture(scope="module")
def shared_server(on_sqlite: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a copy of the small archive, for tests that only ask, or add."""
    folder = tmp_path_factory.mktemp("shared_server")
    with running(copied(on_sqlite, folder), folder, workers=2) as started:
        yield started


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the demonstration collection, which is painted once and kept in ``build/``."""
    settings = config.read({"MOGAO_DATA_DIR": str(_DEMO)})
    _DEMO.mkdir(parents=True, exist_ok=True)
    # Tests that run beside each other wait here for the first one to paint it.
    with (_DEMO / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run([_MOGAO, "demo"], env=environment(settings), cwd=_DEMO, check=True, timeout=300)
    with running(settings, tmp_path_factory.mktemp("demo_server")) as started:
        yield started


@contextlib.contextmanager
def running(
    settings: Settings, folder: Path, *, host: str = "127.0.0.1", workers: int = 1, **variables: str
) -> Iterator[Server]:
    """A server with ``settings`` and further ``variables`` that is ready; told to end, it must end well."""
    port = free_port()
    url = f"http://{host}:{port}"
    log = folder / "server.log"
    # Not from the clone: a service is started anywhere.
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [_MOGAO, "serve", "--host", host, "--port", str(port), "--workers", str(workers)],
            env=environment(settings) | {"MOGAO_PUBLIC_URL": url} | variables,
            cwd=folder,
            stderr=stream,
            start_new_session=True,
        )
    started = Server(url, settings, log, process)
    try:
        _wait_until_ready(started)
        yield started
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == 0, log.read_text()
        assert not psutil.wait_procs(started.family(), timeout=5)[1]
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def copied(settings: Settings, folder: Path) -> Settings:
    """The settings of a copy of an archive on SQLite, in ``folder``."""
    shutil.copytree(settings.data_dir, folder / "data")
    return dataclasses.replace(settings, data_dir=folder / "data")


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a program with ``settings`` and nothing else of ours."""
    ours = {
        "MOGAO_DATA_DIR": str(settings.data_dir),
        "MOGAO_DATABASE_URL": settings.database_url,
        "MOGAO_WORKERS": "1",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(config.PREFIX)}
    return kept | ours


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{server.url}/health/ready", timeout=5).close()
            return
        time.sleep(0.05)
    pytest.fail(f"the server does not answer: {server.log.read_text()}")


def _group(process: psutil.Process) -> int | None:
    with contextlib.suppress(ProcessLookupError):
        return os.getpgid(process.pid)
    return None
