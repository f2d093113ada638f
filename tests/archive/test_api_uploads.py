"""Files sent over the API: gone on with after any break, checked when they are whole, forgotten in time."""

import base64
import datetime as dt
import hashlib
import io
import os
import signal
import socket
import urllib.request
from email.message import Message
from pathlib import Path

import limited_disk
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sending import PIECE, announce, bearer, digest, piece, send
from server import ROOT, Server, copied, running
from sqlalchemy import select, update

from archive import db, work
from archive.config import Settings
from archive.context import Context, open_context
from archive.models import Scope, Upload
from archive.services import tokens, uploads
from archive.storage import pieces

_CONTENT = bytes(range(256)) * 200


@pytest.fixture
def keeper(app: Flask) -> FlaskClient:
    """A client with a token that writes."""
    return bearer(app, "keeper")


def test_a_file_is_sent_in_pieces_and_is_whole_at_the_end(keeper: FlaskClient) -> None:
    begun = announce(keeper, len(_CONTENT), "folder/遠景.tif")
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "0")
    address = begun.headers["Location"]
    assert address.startswith("https://archive.example/api/uploads/")
    first = piece(keeper, address, 0, _CONTENT[:20_000])
    assert (first.status_code, first.headers["Upload-Offset"], first.data) == (204, "20000", b"")
    head = keeper.head(address)
    told = [head.headers[name] for name in ("Upload-Offset", "Upload-Length", "Tus-Resumable")]
    assert (told, head.cache_control.no_store) == (["20000", str(len(_CONTENT)), "1.0.0"], True)
    assert piece(keeper, address, 20_000, _CONTENT[20_000:]).status_code == 204
    shown = keeper.get(address).get_json()
    assert {name: shown[name] for name in ("name", "bytes", "offset", "digest")} == {
        "name": "遠景.tif",
        "bytes": len(_CONTENT),
        "offset": len(_CONTENT),
        "digest": hashlib.sha256(_CONTENT).hexdigest(),
    }


def test_what_may_be_done_is_told_to_clients(keeper: FlaskClient) -> None:
    told = keeper.options("/api/uploads")
    assert (told.status_code, told.headers["Tus-Version"]) == (204, "1.0.0")
    assert told.headers["Tus-Extension"] == "creation,expiration,termination"
    assert told.headers["Tus-Max-Size"] == str(32 * 2**30)


@pytest.mark.parametrize("offset", [0, 9_999, 10_001])
def test_a_piece_that_does_not_join_on_is_refused_with_the_right_place(
    keeper: FlaskClient, offset: int
) -> None:
    address = announce(keeper, len(_CONTENT)).headers["Location"]
    piece(keeper, address, 0, _CONTENT[:10_000])
    refused = piece(keeper, address, offset, _CONTENT[offset:])
    assert (refused.status_code, refused.headers["Upload-Offset"]) == (409, "10000")
    assert "from there" in refused.get_json()["detail"]
    assert keeper.head(address).headers["Upload-Offset"] == "10000"


def test_what_arrived_before_the_line_broke_is_kept(keeper: FlaskClient) -> None:
    address = announce(keeper, len(_CONTENT)).headers["Location"]
    broken = keeper.patch(
        address,
        data=_CONTENT[:7_000],
        content_type=PIECE,
        environ_overrides={"CONTENT_LENGTH": str(len(_CONTENT))},
        headers={"Upload-Offset": "0"},
    )
    assert (broken.status_code, keeper.head(address).headers["Upload-Offset"]) == (400, "7000")
    assert piece(keeper, address, 7_000, _CONTENT[7_000:]).status_code == 204
    assert keeper.get(address).get_json()["digest"] == hashlib.sha256(_CONTENT).hexdigest()


def test_a_file_that_has_another_digest_is_begun_anew(keeper: FlaskClient) -> None:
    address = announce(keeper, len(_CONTENT), Repr_Digest=digest(_CONTENT)).headers["Location"]
    wrong = piece(keeper, address, 0, _CONTENT[:-1] + b"?")
    assert wrong.status_code == 400
    assert hashlib.sha256(_CONTENT).hexdigest() in wrong.get_json()["detail"]
    assert keeper.head(address).headers["Upload-Offset"] == "0"
    assert piece(keeper, address, 0, _CONTENT).status_code == 204


def test_a_piece_that_has_another_digest_is_forgotten(keeper: FlaskClient) -> None:
    address = announce(keeper, len(_CONTENT)).headers["Location"]
    first, rest = _CONTENT[:9_000], _CONTENT[9_000:]
    assert piece(keeper, address, 0, first, Content_Digest=digest(first)).status_code == 204
    assert piece(keeper, address, 9_000, rest, Content_Digest=digest(first)).status_code == 400
    assert keeper.head(address).headers["Upload-Offset"] == "9000"
    several = f"md5=:AAAA:, {digest(rest)}"
    assert piece(keeper, address, 9_000, rest, Content_Digest=several).status_code == 204


def test_a_check_that_was_cut_off_is_made_up_for(app: Flask, keeper: FlaskClient) -> None:
    address = announce(keeper, len(_CONTENT)).headers["Location"]
    context: Context = app.extensions["mogao"]
    name = address.rpartition("/")[2]
    pieces.append(context.store, name, 0, io.BytesIO(_CONTENT).read, most=len(_CONTENT))
    assert keeper.get(address).get_json()["digest"] is None
    assert piece(keeper, address, len(_CONTENT), b"").status_code == 204
    assert keeper.get(address).get_json()["digest"] == hashlib.sha256(_CONTENT).hexdigest()


@pytest.mark.parametrize(
    ("headers", "status", "path"),
    [
        ({"Upload-Length": "0"}, 400, "/Upload-Length"),
        ({"Upload-Length": "many"}, 400, "/Upload-Length"),
        ({}, 400, "/Upload-Length"),
        ({"Upload-Length": str(32 * 2**30 + 1)}, 413, None),
        ({"Upload-Length": "5", "Repr-Digest": "md5=:AAAA:"}, 400, "/Repr-Digest"),
        ({"Upload-Length": "5", "Upload-Metadata": "filename ?"}, 400, "/Upload-Metadata"),
        ({"Upload-Length": "5", "Upload-Metadata": "filename Li4="}, 400, "/Upload-Metadata"),
        ({"Upload-Length": "5", "Upload-Metadata": "filename YQBi"}, 400, "/Upload-Metadata"),
        ({"Upload-Length": "5", "Tus-Resumable": "0.2.2"}, 412, None),
    ],
)
def test_what_is_wrong_in_the_beginning_is_named(
    keeper: FlaskClient, headers: dict[str, str], status: int, path: str | None
) -> None:
    answer = keeper.post("/api/uploads", headers=headers)
    assert (answer.status_code, answer.headers["Tus-Version"]) == (status, "1.0.0")
    assert [one["path"] for one in answer.get_json().get("errors", [])] == ([path] if path else [])


def test_what_is_wrong_in_a_piece_is_refused(keeper: FlaskClient) -> None:
    address = announce(keeper, 10).headers["Location"]
    assert piece(keeper, address, 0, b"more than ten").status_code == 413
    assert keeper.patch(address, data=b"a", headers={"Upload-Offset": "0"}).status_code == 415
    assert keeper.patch(address, data=b"a", content_type=PIECE).status_code == 400
    missing = {"Upload-Offset": "0", "Transfer-Encoding": "chunked"}
    assert keeper.patch(address, content_type=PIECE, headers=missing).status_code == 411
    assert keeper.head(address).headers["Upload-Offset"] == "0"


def test_an_upload_is_its_senders_alone(app: Flask, keeper: FlaskClient) -> None:
    address = announce(keeper, 10).headers["Location"]
    others = bearer(app, "other"), bearer(app, "reader", Scope.READ)
    assert [one.get(address).status_code for one in (*others, app.test_client())] == [404, 404, 404]
    assert piece(others[0], address, 0, b"a").status_code == 404
    assert others[0].delete(address).status_code == 404
    assert announce(others[1], 10).status_code == 403
    assert announce(app.test_client(), 10).status_code == 401
    assert keeper.head(address).status_code == 200


def test_an_upload_that_is_given_up_leaves_nothing(app: Flask, keeper: FlaskClient) -> None:
    name = send(keeper, _CONTENT, "a.tif")
    assert keeper.delete(f"/api/uploads/{name}").status_code == 204
    assert keeper.get(f"/api/uploads/{name}").status_code == 404
    assert list(app.extensions["mogao"].store.keys("")) == []


def test_what_was_left_expires_and_is_swept_by_the_workers(app: Flask, keeper: FlaskClient) -> None:
    context: Context = app.extensions["mogao"]
    left, kept = send(keeper, _CONTENT, "left.tif"), send(keeper, _CONTENT, "kept.tif")
    with context.sessions.begin() as session:
        past = db.now() - dt.timedelta(seconds=1)
        session.execute(update(Upload).where(Upload.identifier == left).values(expires=past))
    assert piece(keeper, f"/api/uploads/{left}", len(_CONTENT), b"").status_code == 404
    work.drain(context)
    assert pieces.names(context.store) == {kept}
    with context.sessions() as session:
        assert session.scalars(select(Upload.identifier)).all() == [kept]


def test_each_piece_lets_an_upload_be_kept_longer(app: Flask, keeper: FlaskClient) -> None:
    context: Context = app.extensions["mogao"]
    address = announce(keeper, 10).headers["Location"]
    with context.sessions.begin() as session:
        session.execute(update(Upload).values(expires=db.now() + dt.timedelta(hours=1)))
    piece(keeper, address, 0, b"a")
    told = dt.datetime.fromisoformat(keeper.get(address).get_json()["expires"])
    assert told > db.now() + uploads.KEPT - dt.timedelta(hours=1)


@pytest.mark.slow
def test_what_a_lost_client_sent_is_kept(on_sqlite: Settings, tmp_path: Path) -> None:
    settings = copied(on_sqlite, tmp_path)
    context = open_context(settings)
    with context.sessions.begin() as session:
        secret = tokens.mint(session, "keeper", Scope.WRITE)
    content = os.urandom(1 << 20) * 3
    with running(settings, tmp_path) as server:
        path = _begin(server, secret, content)
        _sending(server, secret, path, content).close()
        _wait_for(context, path, 2 << 20)
        assert _ask(server, secret, "HEAD", path)["Upload-Offset"] == str(2 << 20)
        headers = {"Upload-Offset": str(2 << 20), "Content-Type": PIECE}
        done = _ask(server, secret, "PATCH", path, content[2 << 20 :], **headers)
        assert done["Upload-Offset"] == str(3 << 20)
    context.close()


@pytest.mark.slow
def test_a_server_that_is_killed_loses_a_piece_at_most(on_sqlite: Settings, tmp_path: Path) -> None:
    settings = copied(on_sqlite, tmp_path)
    context = open_context(settings)
    with context.sessions.begin() as session:
        secret = tokens.mint(session, "keeper", Scope.WRITE)
    content = os.urandom(1 << 20) * 40
    with running(settings, tmp_path) as server:
        path = _begin(server, secret, content)
        with _sending(server, secret, path, content):
            _wait_for(context, path, 32 << 20)
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()
    with running(settings, tmp_path) as server:
        known = int(_ask(server, secret, "HEAD", path)["Upload-Offset"])
        assert known == 32 << 20
        headers = {"Upload-Offset": str(known), "Content-Type": PIECE}
        _ask(server, secret, "PATCH", path, content[known:], **headers)
        with context.sessions() as session:
            found = session.scalars(select(Upload.digest)).one()
    assert found == hashlib.sha256(content).hexdigest()
    context.close()


_ON_A_FULL_DISK = """
import os, subprocess
from archive import config
from archive.app import create_app
from archive.context import initialise
from sending import announce, bearer, piece

app = create_app(config.read())
initialise(app.extensions["mogao"])
keeper = bearer(app, "keeper")
address = announce(keeper, 6 << 20).headers["Location"]
full = piece(keeper, address, 0, bytes(6 << 20))
print(full.status_code, full.get_json()["detail"], sep="|")
print(keeper.head(address).headers["Upload-Offset"])
subprocess.run(["mount", "-o", "remount,size=64m", os.environ["MOGAO_DATA_DIR"]], check=True)
print(piece(keeper, address, 0, bytes(6 << 20)).status_code)
"""


def test_a_full_disk_is_told_of_and_the_upload_goes_on_when_there_is_space(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    script = 'small_disk "$MOGAO_DATA_DIR" 4m\n"$PYTHON" -c "$SEND"'
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    names = {"MOGAO_DATA_DIR": str(tmp_path / "data"), "SEND": _ON_A_FULL_DISK, "PYTHONPATH": paths}
    done = limited_disk.run(script, names)
    reason = "the store can't be written: the disk is full; free some space and run again"
    assert done.stdout.splitlines() == [f"507|{reason}", "0", "204"]


def _begin(server: Server, secret: str, content: bytes) -> str:
    headers = {
        "Upload-Length": str(len(content)),
        "Upload-Metadata": f"filename {base64.b64encode(b'a.tif').decode()}",
        "Repr-Digest": digest(content),
    }
    location = str(_ask(server, secret, "POST", "/api/uploads", None, **headers)["Location"])
    return location.removeprefix(server.url)


def _ask(
    server: Server, secret: str, method: str, path: str, content: bytes | None = None, **headers: str
) -> Message:
    told = {"Authorization": f"Bearer {secret}", **headers}
    asked = urllib.request.Request(server.url + path, data=content, method=method, headers=told)
    with urllib.request.urlopen(asked, timeout=60) as answer:
        told_back: Message = answer.headers
        return told_back


def _sending(server: Server, secret: str, path: str, content: bytes) -> socket.socket:
    """A connection on which all but the end of a file was sent."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    line = socket.create_connection((host, int(port)), timeout=60)
    head = (
        f"PATCH {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {secret}\r\nUpload-Offset: 0\r\n"
        f"Content-Type: {PIECE}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    line.sendall(head.encode() + content[: -(1 << 20)])
    return line


def _wait_for(context: Context, path: str, extent: int) -> None:
    deadline = db.now() + dt.timedelta(seconds=60)
    while pieces.extent(context.store, path.rpartition("/")[2]) < extent:
        assert db.now() < deadline
