"""Ingests over the API: asked for, run by the workers, told of row by row, stopped, gone on with."""

import dataclasses
import io
import json
import os
import signal
import time
import urllib.request
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from factories import jpeg, photograph
from flask import Flask
from flask.testing import FlaskClient
from partner import Given, partner
from sending import announce, bearer, send
from server import copied, running
from sqlalchemy import func, select

from archive import work
from archive.app import create_app
from archive.config import Settings
from archive.context import Context, open_context
from archive.ingest import ordered
from archive.models import Activity, Job, Record, Scope, State
from archive.services import ingests, tokens
from archive.services.collections import Shelves
from archive.services.jobs import Owner

Json = dict[str, Any]
_HERE = Owner.current()


@pytest.fixture
def keeper(app: Flask) -> FlaskClient:
    """A client with a token that writes."""
    return bearer(app, "keeper")


def test_a_folder_that_was_sent_is_taken_in_by_the_workers(
    app: Flask, keeper: FlaskClient, tmp_path: Path
) -> None:
    sheet = "id,label,files\nvase,A vase,vase.jpg\nbook,A book,Diary\nlost,Lost,lost.jpg\n"
    pages = {f"scans/Diary/{number}.jpg": _picture(tmp_path, 50 + number) for number in (1, 2)}
    files = {"scans/sheet.csv": sheet.encode(), "scans/vase.jpg": _picture(tmp_path, 90), **pages}
    asked = keeper.post("/api/ingests", json={"upload": send(keeper, _zip(files), "sent.zip")})
    address = asked.headers["Location"]
    assert (asked.status_code, asked.get_json()["state"]) == (202, "queued")
    work.drain(_context(app))
    told = keeper.get(address).get_json()
    assert (told["state"], told["done"], told["total"], told["reason"]) == ("done", 3, 3, None)
    report = told["report"]
    assert (report["source"], report["counts"], report["leftOut"]) == ("sheet.csv", {"created": 3}, 0)
    ((row,), faults) = (report["rows"], report["faults"])
    fault = {"row": 4, "column": "files", "level": "error"}
    assert (row["key"], row["outcome"], faults) == ("lost", "created", [])
    assert fault.items() <= row["faults"][0].items()
    shown = app.test_client().get("/iiif/manifest/book").get_json()["items"]
    assert [canvas["width"] for canvas in shown] == [51, 52]
    assert list(_context(app).settings.data_dir.glob("ingests/*")) == []


def test_what_was_sent_again_is_unchanged(app: Flask, keeper: FlaskClient, tmp_path: Path) -> None:
    content = _zip({"vase.jpg": _picture(tmp_path, 60)})
    counts = [_run(app, keeper, {"upload": send(keeper, content, "a.zip")})["counts"] for _ in range(2)]
    assert counts == [{"created": 1}, {"unchanged": 1}]


def test_a_sheet_with_a_mapping_and_a_collection(app: Flask, keeper: FlaskClient) -> None:
    sheet = send(keeper, b"Inv. No.,Title\nA1,A vase\n", "objects.csv")
    mapping = send(keeper, b'[columns]\n"Inv. No." = "identifier"\nTitle = "label"\n', "map.toml")
    asked = {"upload": sheet, "map": mapping, "collection": "Ceramics/Vases"}
    assert _run(app, keeper, asked | {"dryRun": True})["counts"] == {"created": 1}
    assert keeper.get("/api/records/A1").status_code == 404
    assert _run(app, keeper, asked)["counts"] == {"created": 1}
    told = keeper.get("/api/records/A1").get_json()
    assert (told["label"], told["collections"]) == ({"none": ["A vase"]}, ["Ceramics-Vases"])


def test_a_manifest_that_was_sent(app: Flask, keeper: FlaskClient) -> None:
    report = _run(app, keeper, {"upload": send(keeper, json.dumps(_manifest()).encode(), "m.json")})
    assert (report["source"], report["counts"]) == ("IIIF", {"created": 1})


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"\x89PNG\r\n" + bytes(range(32)) * 9, "a.png", "save it as CSV UTF-8 or XLSX"),
        (b"PK\3\4", "a.zip", "broken"),
        (b"a,b\n1,2\n", "a.csv", "column"),
    ],
)
def test_what_can_not_be_taken_in_fails_with_the_reason(
    app: Flask, keeper: FlaskClient, content: bytes, name: str, reason: str
) -> None:
    asked = keeper.post("/api/ingests", json={"upload": send(keeper, content, name)})
    _work(app)
    told = keeper.get(asked.headers["Location"]).get_json()
    assert (told["state"], told["report"]) == ("failed", None)
    assert reason in told["reason"]


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({}, "/upload"),
        ({"upload": "a", "address": "https://museum.example/"}, "/upload"),
        ({"address": "https://museum.example/", "map": "a"}, "/map"),
        ({"address": "http://127.0.0.1:8000/iiif"}, "/address"),
        ({"address": "http://[::1]/iiif"}, "/address"),
        ({"address": "http://169.254.169.254/latest"}, "/address"),
        ({"address": "file:///etc/passwd"}, "/address"),
        ({"address": "https://name:word@museum.example/"}, "/address"),
        ({"upload": "a", "rows": 3}, "/rows"),
    ],
)
def test_what_is_asked_wrongly_is_named(keeper: FlaskClient, asked: Json, path: str) -> None:
    refused = keeper.post("/api/ingests", json=asked)
    assert (refused.status_code, [one["path"] for one in refused.get_json()["errors"]]) == (400, [path])
    assert keeper.get("/api/ingests").get_json() == {"ingests": []}


def test_an_upload_that_is_not_there_or_not_whole_is_refused(keeper: FlaskClient) -> None:
    part = announce(keeper, 10).headers["Location"].rpartition("/")[2]
    assert keeper.post("/api/ingests", json={"upload": "none"}).status_code == 404
    assert keeper.post("/api/ingests", json={"upload": part}).status_code == 409


def test_a_partners_document_is_taken_in_from_its_address(settings: Settings) -> None:
    app = create_app(dataclasses.replace(settings, fetch_private=1))
    with partner() as server:
        server.given["/m"] = Given(_manifest() | {"id": "{base}/m"})
        report = _run(app, bearer(app, "keeper"), {"address": f"{server.base}/m"})
    assert report["counts"] == {"created": 1}
    _context(app).close()


def test_a_token_takes_in_within_its_collection(app: Flask, keeper: FlaskClient) -> None:
    with _context(app).sessions.begin() as session:
        Shelves().find(session, ["Cups"])
    cups = bearer(app, "cups", collection="Cups")
    keeper.post("/api/records", json={"identifier": "vase"})
    sheet = b"id,label,collection\ncup,A cup,\nvase,Mine,\nbowl,A bowl,Bowls\n"
    report = _run(app, cups, {"upload": send(cups, sheet, "a.csv")})
    assert (report["source"], report["counts"]) == ("Cups: a.csv", {"created": 1, "refused": 2})
    assert keeper.get("/api/records/cup").get_json()["collections"] == ["Cups"]
    assert "label" in keeper.get("/api/records/vase").get_json()


def test_an_ingest_is_its_tokens_alone(app: Flask, keeper: FlaskClient) -> None:
    address = _asked(keeper)
    others = bearer(app, "second"), app.test_client()
    assert [one.get(address).status_code for one in others] == [404, 404]
    assert [one.get("/api/ingests").get_json() for one in others] == [{"ingests": []}] * 2
    assert others[0].post(f"{address}/stop").status_code == 404
    reader = bearer(app, "reader", Scope.READ)
    assert reader.post("/api/ingests", json={"upload": "a"}).status_code == 403


def test_a_token_that_has_ended_takes_nothing_in(app: Flask, keeper: FlaskClient) -> None:
    address = _asked(keeper)
    with _context(app).sessions.begin() as session:
        tokens.revoke(session, "keeper")
    _work(app)
    with _context(app).sessions() as session:
        job = session.scalars(select(Job)).one()
        assert (job.state, "revoked" in str(job.reason)) == ("failed", True)
        assert session.scalar(select(func.count()).select_from(Record)) == 0
    assert keeper.get(address).status_code == 401


def test_the_same_request_with_its_key_asks_once(keeper: FlaskClient) -> None:
    asked = {"json": {"upload": send(keeper, b"id\na\n", "a.csv")}, "headers": {"Idempotency-Key": "k"}}
    first, again = (keeper.post("/api/ingests", **asked) for _ in range(2))
    assert (again.status_code, again.headers["Location"]) == (202, first.headers["Location"])
    assert len(keeper.get("/api/ingests").get_json()["ingests"]) == 1


def test_ingests_are_listed_in_pages_the_newest_first(keeper: FlaskClient) -> None:
    addresses = [_asked(keeper) for _ in range(3)]
    first = keeper.get("/api/ingests?limit=2").get_json()
    second = keeper.get(first["next"]).get_json()
    names = [one["identifier"] for one in (*first["ingests"], *second["ingests"])]
    assert names == [one.rpartition("/")[2] for one in reversed(addresses)]
    assert "next" not in second


def test_an_ingest_that_waits_is_stopped_at_once(app: Flask, keeper: FlaskClient) -> None:
    address = _asked(keeper)
    assert keeper.delete(address).status_code == 409
    assert keeper.post(f"{address}/stop").get_json()["state"] == "stopped"
    work.drain(_context(app))
    assert keeper.get(address).get_json()["report"] is None
    assert keeper.delete(address).status_code == 204
    assert keeper.get(address).status_code == 404


def test_an_ingest_that_runs_stops_behind_a_row(app: Flask, keeper: FlaskClient) -> None:
    address = _asked(keeper)
    with _context(app).sessions.begin() as session:
        key = ingests.claim(session, _HERE)
    assert key is not None
    assert keeper.post(f"{address}/stop").get_json()["state"] == "stopping"
    ordered.run(_context(app), key)
    told = keeper.get(address).get_json()
    assert (told["state"], told["report"]["counts"]) == ("stopped", {"created": 1})
    assert _run(app, keeper, {"upload": told["upload"]})["counts"] == {"unchanged": 1, "created": 1}


def test_one_that_was_to_stop_and_died_is_stopped(app: Flask, keeper: FlaskClient) -> None:
    address = _asked(keeper)
    with _context(app).sessions.begin() as session:
        ingests.claim(session, Owner(_HERE.host, 2**22 + 1, 0.0))
    keeper.post(f"{address}/stop")
    work.drain(_context(app))
    assert keeper.get(address).get_json()["state"] == "stopped"


def test_one_whose_process_dies_is_begun_again_twice(app: Flask, keeper: FlaskClient) -> None:
    address = _asked(keeper)
    for state in ("queued", "queued", "failed"):
        with _context(app).sessions.begin() as session:
            key = ingests.claim(session, _HERE)
            assert key is not None
            ingests.put_back(session, key, "its process died")
        told = keeper.get(address).get_json()
        assert (told["state"], told["reason"]) == (state, "its process died")


def test_what_a_killed_worker_left_behind_is_swept(app: Flask, keeper: FlaskClient) -> None:
    context = _context(app)
    kept = _asked(keeper).rpartition("/")[2]
    folders = [context.settings.data_dir / "ingests" / name for name in (kept, "gone")]
    for one in folders:
        (one / "source").mkdir(parents=True)
    ingests.sweep(context.sessions, context.settings.data_dir)
    assert [one.exists() for one in folders] == [True, False]


@pytest.mark.slow
def test_a_server_that_is_killed_goes_on_with_an_ingest(on_sqlite: Settings, tmp_path: Path) -> None:
    settings = copied(on_sqlite, tmp_path)
    context = open_context(settings)
    with context.sessions.begin() as session:
        secret = tokens.mint(session, "keeper", Scope.WRITE)
    app = create_app(settings)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    sheet = "id,label\n" + "".join(f"row-{number},Row {number}\n" for number in range(3000))
    with running(settings, tmp_path) as server:
        asked = client.post("/api/ingests", json={"upload": send(client, sheet.encode(), "a.csv")})
        path = asked.headers["Location"].partition(".example")[2]
        while not 100 < _rows(context) < 2900:
            assert _state(server.url + path, secret)["state"] in {"queued", "running"}
            time.sleep(0.02)
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
    assert _rows(context) < 3000
    with running(settings, tmp_path) as server:
        while (told := _state(server.url + path, secret))["state"] != "done":
            assert told["state"] in {"queued", "running"}
            time.sleep(0.1)
    assert told["report"]["counts"].keys() == {"created", "unchanged"}
    with context.sessions() as session:
        made = select(Activity.object_identifier).where(Activity.object_identifier.startswith("row-"))
        assert set(Counter(session.scalars(made)).values()) == {1}
    assert _rows(context) == 3000
    context.close()
    app.extensions["mogao"].close()


def _rows(context: Context) -> int:
    with context.sessions() as session:
        mine = select(func.count()).where(Record.identifier.startswith("row-"))
        return session.scalar(mine) or 0


def _state(url: str, secret: str) -> Json:
    asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {secret}"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        told: Json = json.load(answer)
        return told


def _asked(client: FlaskClient) -> str:
    """The address of an ingest of two rows, which was asked for."""
    upload = send(client, b"id,label\na,A\nb,B\n", "a.csv")
    return client.post("/api/ingests", json={"upload": upload}).headers["Location"]


def _run(app: Flask, client: FlaskClient, asked: Json) -> Json:
    """The report of an ingest, once it has been run."""
    answer = client.post("/api/ingests", json=asked)
    assert answer.status_code == 202, answer.get_json()
    _work(app)
    told = client.get(answer.headers["Location"]).get_json()
    assert told["state"] == State.DONE, told
    report: Json = told["report"]
    return report


def _work(app: Flask) -> None:
    """Run the ingest that waits, here and not in a process of its own."""
    with _context(app).sessions.begin() as session:
        key = ingests.claim(session, _HERE)
    assert key is not None
    ordered.run(_context(app), key)


def _context(app: Flask) -> Context:
    found: Context = app.extensions["mogao"]
    return found


def _zip(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name, text in files.items():
            packed.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text)
    return content.getvalue()


def _picture(folder: Path, width: int) -> bytes:
    return jpeg(folder / "made.jpg", photograph(width, 40)).read_bytes()


def _manifest() -> Json:
    canvas = {"id": "https://partner.example/m/1", "type": "Canvas", "width": 10, "height": 10}
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": "https://partner.example/m",
        "type": "Manifest",
        "label": {"en": ["M"]},
        "items": [canvas],
    }
