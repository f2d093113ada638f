"""An S3 server for the tests, of their own and gone afterwards; what it keeps stands in a folder."""

import os
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from requirements import program
from server import free_port

from archive.config import Settings

VERSION = "v1.8.0"
_REMEDY = f"versitygw is missing: go install github.com/versity/versitygw/cmd/versitygw@{VERSION}"
_ACCESS_KEY, _SECRET_KEY = "tester", "a-secret-of-the-tests"


@dataclass(frozen=True)
class S3Server:
    """A server at ``url``; each folder in ``buckets`` is a bucket, each file in it an object."""

    url: str
    buckets: Path
    process: "subprocess.Popen[bytes]"

    def settings(self, data_dir: Path) -> Settings:
        """The settings of an archive whose store is a new bucket here."""
        bucket = f"bucket-{uuid.uuid4().hex}"
        (self.buckets / bucket).mkdir()
        return Settings(
            data_dir=data_dir,
            storage_url=f"s3://{bucket}/an/archive",
            s3_endpoint=self.url,
            s3_access_key=_ACCESS_KEY,
            s3_secret_key=_SECRET_KEY,
        )


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """The server that tests share; each has a bucket of its own."""
    with running(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def s3_settings(s3_server: S3Server, tmp_path: Path) -> Settings:
    """The settings of an archive whose store is an empty bucket."""
    return s3_server.settings(tmp_path / "data")


@contextmanager
def running(folder: Path) -> Iterator[S3Server]:
    """A server that keeps everything in ``folder``."""
    versitygw = program("versitygw", _REMEDY, str(Path.home() / "go" / "bin"))
    buckets, facts, port = folder / "buckets", folder / "facts", free_port()
    buckets.mkdir()
    facts.mkdir()
    # Facts of objects stand in files beside them: not every file system has extended attributes.
    command = [versitygw, "--quiet", "--keep-alive", "--port", f"127.0.0.1:{port}", "posix"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--sidecar", facts, buckets],
            env={**os.environ, "ROOT_ACCESS_KEY": _ACCESS_KEY, "ROOT_SECRET_KEY": _SECRET_KEY},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    server = S3Server(f"http://127.0.0.1:{port}", buckets, process)
    try:
        _wait_until_ready(server, port, folder / "log")
        yield server
    finally:
        process.kill()
        process.wait()


def _wait_until_ready(server: S3Server, port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.02)
    pytest.fail(f"the S3 server does not answer: {log.read_text()}")
