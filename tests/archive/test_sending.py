"""Files sent to the real server by another's client of tus, onto small disks, and through little memory."""

import hashlib
import io
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import limited_disk
import pytest
from server import ROOT, Server, copied, running
from sqlalchemy import select
from tusclient.client import TusClient

from archive.config import Settings
from archive.context import Context, open_context
from archive.models import Scope, Upload
from archive.services import tokens

_MB = 1 << 20


@pytest.fixture
def opened(on_sqlite: Settings, tmp_path: Path) -> Iterator[Context]:
    """A copy of the small archive."""
    context = open_context(copied(on_sqlite, tmp_path))
    yield context
    context.close()


@pytest.fixture
def secret(opened: Context) -> str:
    """The secret of a token that writes."""
    with opened.sessions.begin() as session:
        return tokens.mint(session, "keeper", Scope.WRITE)


@pytest.mark.slow
def test_a_client_of_tus_goes_on_after_the_server_was_killed(
    opened: Context, secret: str, tmp_path: Path
) -> None:
    content = random.Random(5).randbytes(5 * _MB + 5)
    file = tmp_path / "遠景.tif"
    file.write_bytes(content)
    named = {"filename": file.name, "filetype": "image/tiff"}
    with running(opened.settings, tmp_path) as server, file.open("rb") as stream:
        sender = _client(server, secret).uploader(file_stream=stream, chunk_size=_MB, metadata=named)
        sender.upload(stop_at=2 * _MB)
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
    path = str(sender.url).removeprefix(server.url)
    with running(opened.settings, tmp_path) as server, file.open("rb") as stream:
        client = _client(server, secret)
        again = client.uploader(file_stream=stream, chunk_size=2 * _MB, url=server.url + path)
        assert again.offset == 2 * _MB
        again.upload()
    with opened.sessions() as session:
        row = session.scalars(select(Upload)).one()
    assert (row.name, row.digest) == ("遠景.tif", hashlib.sha256(content).hexdigest())


@pytest.mark.slow
def test_a_client_of_tus_need_not_name_its_file(opened: Context, secret: str, tmp_path: Path) -> None:
    with running(opened.settings, tmp_path) as server:
        _client(server, secret).uploader(file_stream=io.BytesIO(b"some bytes")).upload()
    with opened.sessions() as session:
        assert session.scalars(select(Upload.digest)).one() == hashlib.sha256(b"some bytes").hexdigest()


@pytest.mark.slow
def test_a_long_file_passes_through_little_memory(opened: Context, secret: str, tmp_path: Path) -> None:
    with running(opened.settings, tmp_path) as server, (tmp_path / "long.tif").open("w+b") as stream:
        stream.truncate(400 * _MB)
        sender = _client(server, secret).uploader(file_stream=stream, chunk_size=100 * _MB)
        # What the first request brings into memory stays there for all others.
        sender.upload(stop_at=100 * _MB)
        before = _peaks(server)
        sender.upload()
        after = _peaks(server)
        assert max(after[pid] - peak for pid, peak in before.items()) < 32 * _MB


_ON_A_FULL_DISK = """
import os, subprocess
from pathlib import Path
import numpy
from factories import png
from archive import config
from archive.app import create_app
from archive.context import initialise
from sending import bearer, send

app = create_app(config.read())
context = app.extensions["mogao"]
initialise(context)
keeper = bearer(app, "keeper")
keeper.post("/api/records", json={"identifier": "scroll"})
noise = numpy.random.default_rng(1).integers(0, 256, (1000, 1200, 3), numpy.uint8)
upload = send(keeper, png(Path(os.environ["PICTURE"]), noise).read_bytes(), "a.png")
full = keeper.post("/api/records/scroll/assets", json={"upload": upload})
print(full.status_code, full.get_json()["detail"], sep="|")
print(keeper.get("/api/records/scroll/assets").get_json()["assets"])
print(sorted({key.partition("/")[0] for key in context.store.keys("")}))
subprocess.run(["mount", "-o", "remount,size=64m", os.environ["MOGAO_DATA_DIR"]], check=True)
made = keeper.post("/api/records/scroll/assets", json={"upload": upload})
print(made.status_code, made.get_json()["assets"][0]["width"])
"""


def test_an_asset_for_which_the_disk_has_no_room_is_made_when_it_has(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    script = 'small_disk "$MOGAO_DATA_DIR" 8m\n"$PYTHON" -c "$MAKE"'
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    names = {
        "MOGAO_DATA_DIR": str(tmp_path / "data"),
        "MAKE": _ON_A_FULL_DISK,
        "PICTURE": str(tmp_path / "a.png"),
        "PYTHONPATH": paths,
    }
    done = limited_disk.run(script, names)
    reason = "the store can't be written: the disk is full; free some space and run again"
    assert done.stdout.splitlines() == [f"507|{reason}", "[]", "['uploads']", "201 1200"], done.stderr


def _client(server: Server, secret: str) -> TusClient:
    return TusClient(f"{server.url}/api/uploads", headers={"Authorization": f"Bearer {secret}"})


def _peaks(server: Server) -> dict[int, int]:
    """Bytes of memory that each process that answers requests had at most."""
    found = {}
    for process in server.family():
        if "serve" not in process.cmdline():
            # The ones that work in the background are still about to start.
            continue
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name == "VmHWM":
                found[process.pid] = int(value.split()[0]) * 1024
    return found
